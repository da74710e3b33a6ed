import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { Alone } from './alone';
import { beat, checkpointsOf, type Move, moveCheckpoints } from './checkpoint';
import type { Place, Told } from './event';
import type { Follower, Look, Source } from './follow';
import { BATCH, type Outbox, readAfter } from './outbox';
import { type Consumer, Subscription } from './subscription';

/** What is there for a subscription. */
interface Batch extends Move {
  subscription: Subscription;
  events: readonly Told[];
}

/**
 * The consumers of one database, on their sources in one: what is there is found by one statement and takes effect in
 * one transaction. Whoever cannot goes on alone until it can, and holds back nobody.
 */
export class Delivery implements Follower {
  readonly sources: readonly string[];
  readonly url: string;
  private readonly outboxes: ReadonlyMap<string, Outbox>;
  private readonly outboxDb: Knex;
  private readonly subscriptions: readonly Subscription[];
  /** How far each has come, as far as is known here: another relay may be further. Read anew when undefined. */
  private reached: Map<Subscription, Place> | undefined;
  private readonly apart = new Map<Subscription, Alone>();
  /** Whether something is there, most likely: it is looked for in the transaction in which it takes effect. */
  private expects = false;
  private aloneFound = false;

  /** @param sources in one database, at least one */
  constructor(
    private readonly db: Knex,
    consumers: readonly Consumer[],
    sources: readonly [Source, ...Source[]],
    readonly log: Logger,
  ) {
    this.url = sources[0].url;
    this.outboxDb = sources[0].outbox.db;
    this.outboxes = new Map(sources.map(({ outbox }) => [outbox.name, outbox]));
    this.sources = [...this.outboxes.keys()];
    this.subscriptions = consumers.flatMap((consumer) =>
      this.sources
        .filter((source) => consumer.sources.includes(source))
        .map((source) => new Subscription(consumer, source)),
    );
  }

  async register(): Promise<void> {
    for (const subscription of this.subscriptions) await subscription.register();
  }

  async look(): Promise<Look> {
    const reached = (this.reached ??= await this.readCheckpoints());
    for (const alone of this.apart.values()) alone.goOn();
    const { found, more } = await this.takeTogether(reached);
    this.expects = found;
    const { aloneFound } = this;
    this.aloneFound = false;
    return { found: found || aloneFound, more };
  }

  async beat(): Promise<void> {
    // They may have been set back, or events parked or retried.
    this.reached = undefined;
    const well = this.subscriptions.filter((one) => !this.apart.get(one)?.isInTrouble);
    for (const [schema, some] of Map.groupBy(well, ({ consumer }) => consumer.schema))
      await beat(
        this.db,
        schema,
        some.map(({ consumer, source }) => ({ consumer: consumer.name, source })),
      );
  }

  async end(): Promise<void> {
    await Promise.all([...this.apart.values()].map((alone) => alone.end()));
  }

  private async takeTogether(reached: Map<Subscription, Place>): Promise<Look> {
    const together = [...reached].filter(([subscription]) => !this.apart.has(subscription));
    let found =
      this.expects && this.outboxDb === this.db ? undefined : await readBatches(this.outboxDb, together);
    if (found?.batches.length === 0) return { found: found.unsettled, more: false };
    try {
      const { batches, unsettled, taken } = await this.db.transaction(async (tx) => {
        found ??= await readBatches(tx, together);
        return { ...found, taken: await take(tx, found.batches) };
      });
      for (const { subscription, to } of taken) reached.set(subscription, to);
      if (taken.length < batches.length) this.reached = undefined;
      return {
        found: unsettled || batches.length > 0,
        more: taken.some(({ events }) => events.length === BATCH),
      };
    } catch (error) {
      if (!found?.batches.length) throw error;
      this.log.info({ err: error }, 'could not take events together; takes them alone');
      for (const { subscription } of found.batches) this.setApart(subscription).goOn();
      return { found: true, more: false };
    }
  }

  private async readCheckpoints(): Promise<Map<Subscription, Place>> {
    const reached = new Map<Subscription, Place>();
    for (const [schema, own] of Map.groupBy(this.subscriptions, ({ consumer }) => consumer.schema)) {
      const names = [...new Set(own.map(({ consumer }) => consumer.name))];
      for (const { consumer, source, parked, xid, position } of await checkpointsOf(this.db, schema, names)) {
        const subscription = own.find((one) => one.consumer.name === consumer && one.source === source);
        if (!subscription) continue;
        reached.set(subscription, { xid, position });
        if (parked) this.setApart(subscription);
        else if (!this.apart.get(subscription)?.isInTrouble) this.apart.delete(subscription);
      }
    }
    return reached;
  }

  private setApart(subscription: Subscription): Alone {
    const { consumer, source } = subscription;
    const went = (found: boolean) => {
      this.aloneFound ||= found;
      this.reached = undefined;
    };
    const log = this.log.child({ consumer: consumer.name, source });
    const alone =
      this.apart.get(subscription) ?? new Alone(subscription, this.outboxes.get(source) as Outbox, log, went);
    this.apart.set(subscription, alone);
    return alone;
  }
}

interface Found {
  batches: Batch[];
  /** Whether something waits for a transaction that is still running. */
  unsettled: boolean;
}

/** Those who are at the same place, most likely all of a source, share what is read. */
async function readBatches(db: Knex, reached: readonly [Subscription, Place][]): Promise<Found> {
  const places = new Map(reached.map(([{ source }, place]) => [keyOf(source, place), { source, ...place }]));
  const ahead = await readAfter(db, [...places.values()]);
  const byKey = new Map([...places.keys()].map((key, n) => [key, ahead[n]?.events ?? []]));
  const batches = reached.map(([subscription, from]) => {
    const { consumer, source } = subscription;
    const events = byKey.get(keyOf(source, from)) ?? [];
    return { subscription, consumer: consumer.name, source, from, to: events.at(-1)?.place ?? from, events };
  });
  return {
    batches: batches.filter(({ events }) => events.length > 0),
    unsettled: ahead.some(({ unsettled }) => unsettled),
  };
}

const keyOf = (source: string, { xid, position }: Place) => `${source} ${xid} ${position}`;

/** @returns what has taken effect: not what somebody else is at */
async function take(tx: Knex, batches: readonly Batch[]): Promise<Batch[]> {
  const ours: Batch[] = [];
  for (const [schema, some] of Map.groupBy(batches, ({ subscription }) => subscription.consumer.schema))
    ours.push(...(await moveCheckpoints(tx, schema, some)));
  for (const [consumer, own] of Map.groupBy(ours, ({ subscription }) => subscription.consumer)) {
    const events = own.flatMap((batch) => batch.events);
    if (consumer.takeBatch) await consumer.takeBatch(tx, events);
    else for (const event of events) await consumer.take(tx, event);
  }
  return ours;
}
