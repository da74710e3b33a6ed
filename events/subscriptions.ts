import type { Knex } from 'knex';
import { beat } from './checkpoint';
import { advanceIn, BATCH, type Follower, type Went } from './follow';
import { type Found, foundIn, type Outbox } from './outbox';
import { type Consumer, isTransient, Subscription } from './subscription';

/** One consumer on its sources of one database: each event takes effect once, in its source's order. */
export class Subscriptions implements Follower {
  readonly sources: readonly string[];

  constructor(
    private readonly consumer: Consumer,
    private readonly outboxes: readonly Outbox[],
  ) {
    this.sources = outboxes.map(({ name }) => name);
  }

  get restMs(): number | undefined {
    return this.consumer.restMs;
  }

  async register(): Promise<void> {
    for (const source of this.sources) await new Subscription(this.consumer, source).register();
  }

  beat(): Promise<void> {
    const { db, schema, name } = this.consumer;
    return beat(db, schema, name, this.sources);
  }

  /**
   * In the consumer's own database what is there is found by one statement, and takes effect in one transaction. Where
   * something is parked or cannot be taken, and in another database, it goes source by source.
   * @param expected something is there, most likely: it is looked for in the transaction in which it takes effect
   */
  async advance(sources: readonly string[], expected: boolean): Promise<Went> {
    const wanted = this.outboxes.filter(({ name }) => sources.includes(name));
    const here = wanted.filter((outbox) => outbox.db === this.consumer.db);
    const { found, taken } =
      here.length > 0 && (expected || (await this.isSomethingIn(here)))
        ? await this.takeTogether(here)
        : { found: [], taken: [] };

    const alone = found.filter((one) => one.parked || (!taken && hasEvents(one)));
    const names = new Set(alone.map(({ source }) => source));
    const went: Went = {
      again: (taken ?? []).filter(({ events }) => events.length === BATCH).map(({ source }) => source),
      held: found.filter(({ unsettled }) => unsettled).map(({ source }) => source),
    };
    for (const outbox of wanted.filter((one) => !here.includes(one) || names.has(one.name))) {
      const { again, held, failed } = await advanceIn(outbox, new Subscription(this.consumer, outbox.name));
      went.again.push(...again);
      went.held.push(...held);
      went.failed ??= failed;
    }
    return went;
  }

  private async isSomethingIn(here: readonly Outbox[]): Promise<boolean> {
    const found = await foundIn(this.consumer.db, this.consumer, here, BATCH);
    return found.some((one) => one.parked || one.unsettled || hasEvents(one));
  }

  /** @returns what is there, and of that what nobody else was at; undefined when an event cannot be taken: nothing has happened then */
  private async takeTogether(here: readonly Outbox[]): Promise<{ found: Found[]; taken?: Found[] }> {
    const { db, schema, name, take, takeBatch } = this.consumer;
    let found: Found[] | undefined;
    try {
      return await db.transaction(async (tx) => {
        found = await foundIn(tx, this.consumer, here, BATCH);
        const together = found.filter((one) => hasEvents(one) && !one.parked);
        if (together.length === 0) return { found, taken: [] };
        const moved = await moveOn(tx, schema, name, together);
        const taken = together.filter(({ source }) => moved.includes(source));
        const events = taken.flatMap((one) => one.events);
        if (events.length > 0 && takeBatch) await takeBatch(tx, events);
        else for (const event of events) await take(tx, event);
        return { found, taken };
      });
    } catch (error) {
      if (found === undefined || isTransient(error)) throw error;
      return { found };
    }
  }
}

const hasEvents = ({ events }: Found) => events.length > 0;

/** @returns the sources in which nobody else is, or has been since: from there on they are ours */
async function moveOn(
  tx: Knex,
  schema: string,
  consumer: string,
  found: readonly Found[],
): Promise<string[]> {
  const moves = found.map(({ source, from, events }) => ({
    source,
    from_xid: from.xid,
    from_position: from.position,
    ...events.at(-1)?.place,
  }));
  const { rows } = await tx.raw<{ rows: { source: string }[] }>(
    `WITH moves AS (
       SELECT * FROM jsonb_to_recordset(CAST(:moves AS jsonb))
         AS m(source text, from_xid xid8, from_position bigint, xid xid8, position bigint)),
     ours AS (
       SELECT m.* FROM :schema:.checkpoints c
       JOIN moves m ON m.source = c.source AND m.from_xid = c.xid AND m.from_position = c.position
       WHERE c.consumer = :consumer FOR UPDATE OF c SKIP LOCKED)
     UPDATE :schema:.checkpoints c SET xid = o.xid, position = o.position, failures = 0
     FROM ours o WHERE c.consumer = :consumer AND c.source = o.source RETURNING c.source`,
    { moves: JSON.stringify(moves), schema, consumer },
  );
  return rows.map(({ source }) => source);
}
