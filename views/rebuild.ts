import type { Knex } from 'knex';
import { BEGINNING, isAfter, type Place } from '../events/event';
import type { Outbox } from '../events/outbox';
import { Subscription } from '../events/subscription';
import { projectionConsumer, type View } from './view';

const BATCH = 500;
const ROUNDS = 3;

export interface Rebuilt {
  events: number;
  rows: number;
  /** Rows that were not so in the live view, at the same event; undefined where the two did not meet at one. */
  different: number | undefined;
}

/**
 * Makes a new table of a view from all events while the old one is read, then swaps them. Nobody stops writing; the
 * live view rests for as long as the last few events take.
 * @param outboxes of the view's sources
 * @param said how many events have been taken so far
 * @throws Error when another rebuild of this view is under way, or the live view has come further than the outboxes
 */
export async function rebuild(
  db: Knex,
  view: View,
  outboxes: readonly Outbox[],
  said: (events: number) => void,
): Promise<Rebuilt> {
  const sources = outboxes.filter(({ name }) => view.sources.includes(name));
  return alone(db, view, async () => {
    await begin(db, view);
    let events = 0;
    const took = (more: number) => {
      events += more;
      said(events);
    };
    for (const outbox of sources) await catchUp(subscriptionOf(db, view, 'next', outbox), outbox, took);
    return db.transaction(async (tx) => {
      // Compares whole tables; one that freezes meanwhile is ended all the same, for it idles.
      await tx.raw('SET LOCAL transaction_timeout = 0');
      let met = true;
      for (const outbox of sources) met = (await meet(tx, view, outbox, took)) && met;
      const different = met ? await differences(tx, view) : undefined;
      const rows = await countOf(tx, view);
      await swap(tx, view, sources);
      return { events, rows, different };
    });
  });
}

type Which = 'live' | 'next';
const SCHEMA = { live: 'views', next: 'views_next' };
const consumerName = (view: View, which: Which) => (which === 'live' ? view.name : `${view.name} next`);

const subscriptionOf = (db: Knex, view: View, which: Which, { name: source }: Outbox) =>
  new Subscription(projectionConsumer(view, db, consumerName(view, which), SCHEMA[which]), source);

async function alone<T>(db: Knex, { name }: View, work: () => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.raw<{ rows: [{ mine: boolean }] }>(
      'SELECT pg_try_advisory_xact_lock(hashtext(?)) AS mine',
      [`rebuild of ${name}`],
    );
    if (!rows[0].mine) throw new Error(`${name} is being rebuilt already`);
    // Idle for as long as the rebuild takes. It has this lock alone, which nobody waits for, and writes nothing.
    await tx.raw('SET LOCAL transaction_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0');
    return work();
  });
}

async function begin(db: Knex, view: View): Promise<void> {
  const next = { consumer: consumerName(view, 'next') };
  await db.transaction(async (tx) => {
    await tx('views.checkpoints').where(next).delete();
    await tx('views.parked_events').where(next).delete();
    await tx.raw(
      `DROP TABLE IF EXISTS views_next.:name:;
       CREATE TABLE views_next.:name: (LIKE views.:name: INCLUDING ALL)`,
      { name: view.name },
    );
  });
}

/** Up to the newest event, and to what has become the newest meanwhile: each time there is less to take. */
async function catchUp(
  subscription: Subscription,
  outbox: Outbox,
  took: (more: number) => void,
): Promise<void> {
  await subscription.register();
  for (let round = 0; round < ROUNDS; round++) {
    const [goal] = await outbox.newest(1);
    if (goal) await takeUpTo(goal, subscription, outbox, took);
  }
}

async function takeUpTo(
  goal: Place,
  subscription: Subscription,
  outbox: Outbox,
  took: (more: number) => void,
): Promise<void> {
  for (let taken = 1; taken > 0;) {
    ({ taken } = await subscription.advance(async (place) => {
      const { events } = await outbox.after(place, BATCH);
      return events.filter((event) => !isAfter(event.place, goal));
    }));
    took(taken);
  }
}

/**
 * Brings the one that is behind to where the other is; neither goes on until the transaction ends.
 * @returns whether both are at the same event: with Kafka each partition of the live one has come as far as it has
 */
async function meet(
  tx: Knex,
  view: View,
  outbox: Outbox,
  tookNext: (more: number) => void,
): Promise<boolean> {
  const live = await placesOf(tx, view, 'live', outbox);
  const [next = BEGINNING] = await placesOf(tx, view, 'next', outbox);
  const furthest = live.reduce((far, place) => (isAfter(place, far) ? place : far), BEGINNING);
  if (isAfter(furthest, next)) {
    await takeUpTo(furthest, subscriptionOf(tx, view, 'next', outbox), outbox, tookNext);
    await refuseIfShort(tx, view, outbox, furthest);
  }
  if (live.some(({ source }) => source !== outbox.name)) return false;
  if (live.length > 0 && isAfter(next, furthest))
    await takeUpTo(next, subscriptionOf(tx, view, 'live', outbox), outbox, () => undefined);
  return live.length > 0;
}

/** What the live view has taken, and the outbox does not have, would be gone from the page. */
async function refuseIfShort(tx: Knex, view: View, outbox: Outbox, furthest: Place): Promise<void> {
  const [reached = BEGINNING] = await placesOf(tx, view, 'next', outbox);
  if (!isAfter(furthest, reached)) return;
  const [has, hasNot] = [reached, furthest].map(({ xid, position }) => `(${xid}, ${position})`);
  throw new Error(
    `${view.name} stays as it is: it has taken events of ${outbox.name} up to ${hasNot}, and the outbox has them up to ${has} only. ` +
      'It is from an older backup than the view: see "An older backup" in docs/operations.md.',
  );
}

/** One in all, or one a partition. */
const ofSource =
  ({ name }: Outbox) =>
  (rows: Knex.QueryBuilder) =>
    void rows.where({ source: name }).orWhereLike('source', `${name}/%`);

function placesOf(
  tx: Knex,
  view: View,
  which: Which,
  outbox: Outbox,
): Promise<(Place & { source: string })[]> {
  return tx('views.checkpoints')
    .where({ consumer: consumerName(view, which) })
    .where(ofSource(outbox))
    .forUpdate()
    .select<(Place & { source: string })[]>(tx.raw('xid::text'), 'position', 'source');
}

async function differences(tx: Knex, { name }: View): Promise<number> {
  const { rows } = await tx.raw<{ rows: [{ different: number }] }>(
    `SELECT count(*) AS different FROM (
       (SELECT * FROM views.:name: EXCEPT SELECT * FROM views_next.:name:)
       UNION ALL
       (SELECT * FROM views_next.:name: EXCEPT SELECT * FROM views.:name:)) AS d`,
    { name },
  );
  return rows[0].different;
}

async function countOf(tx: Knex, { name }: View): Promise<number> {
  const [row] = await tx(`views_next.${name}`).count<{ count: number }[]>();
  return row?.count ?? 0;
}

async function swap(tx: Knex, view: View, sources: readonly Outbox[]): Promise<void> {
  await tx.raw('DROP TABLE views.:name:; ALTER TABLE views_next.:name: SET SCHEMA views', {
    name: view.name,
  });
  const [live, next] = [consumerName(view, 'live'), consumerName(view, 'next')];
  await tx('views.parked_events').where({ consumer: live }).delete();
  await tx('views.parked_events').where({ consumer: next }).update({ consumer: live });
  for (const outbox of sources) {
    const [place = BEGINNING] = await placesOf(tx, view, 'next', outbox);
    const reached = { xid: place.xid, position: place.position, failures: 0 };
    const known = await tx('views.checkpoints')
      .where({ consumer: live })
      .where(ofSource(outbox))
      .update(reached);
    const rows = tx('views.checkpoints').where({ consumer: next, source: outbox.name });
    await (known > 0 ? rows.delete() : rows.update({ consumer: live }));
  }
}
