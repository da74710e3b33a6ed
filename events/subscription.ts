import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import { Checkpoint } from './checkpoint';
import type { Event, Place, Told } from './event';
import { REFUSED } from './parked';

/** So often may an event fail before its subject is parked. */
const TRIES = 5;

/** Whoever wants to know what has happened. Knows events only. */
export interface Consumer {
  name: string;
  /** The domains that it listens to. */
  sources: readonly string[];
  /** Where its effects and its checkpoints are: they change together. */
  db: Knex;
  /** The schema in there that has its checkpoints. */
  schema: string;
  /**
   * @param tx whatever it does belongs in there, and happens once
   * @throws when it cannot take the event; after some tries the event's subject is parked and the others go on
   */
  take: (tx: Knex, event: Event) => Promise<void>;
  /** The same as to take one after the other, in fewer statements. */
  takeBatch?: (tx: Knex, events: readonly Event[]) => Promise<void>;
}

export interface Advance {
  /** How many events are behind us now, parked ones included. */
  taken: number;
  /** Why it could not go on. */
  failed?: Error;
}

const NOWHERE: Advance = { taken: 0 };

/** One consumer on one source: each event takes effect once, in the source's order. */
export class Subscription {
  private readonly checkpoint: Checkpoint;

  constructor(
    readonly consumer: Consumer,
    /** A domain, or a part of one that keeps its own order. */
    readonly source: string,
  ) {
    this.checkpoint = new Checkpoint(consumer.schema, this.key);
  }

  register(): Promise<void> {
    return this.checkpoint.register(this.consumer.db);
  }

  /**
   * Takes the next events. Where another process is at it, or there are none, nothing happens.
   * @param next the events after a place, in order
   * @throws what the database throws: nothing has happened then
   */
  async advance(next: (after: Place) => Promise<readonly Told[]>): Promise<Advance> {
    return this.consumer.db.transaction(async (tx) => {
      const checkpoint = await this.checkpoint.lease(tx);
      if (!checkpoint) return NOWHERE;
      await this.retryParked(tx);
      const events = await next(checkpoint);
      if (events.length === 0) return NOWHERE;
      const stopped = await this.stoppedSubjects(tx);
      try {
        await tx.transaction((together) => this.takeAll(together, events, stopped));
        return { taken: events.length };
      } catch (error) {
        if (isTransient(error)) throw error;
        return this.takeUntilOneFails(tx, events, stopped, checkpoint.failures);
      }
    });
  }

  private async takeAll(tx: Knex, events: readonly Told[], stopped: ReadonlySet<string>): Promise<void> {
    for (const event of events) await this.takeOrPark(tx, event, stopped);
    await this.checkpoint.reached(tx, (events.at(-1) as Told).place);
  }

  /** One by one, so that it is known which event it is; one that fails again and again is put aside. */
  private async takeUntilOneFails(
    tx: Knex,
    events: readonly Told[],
    stopped: Set<string>,
    failures: number,
  ): Promise<Advance> {
    let before = failures;
    for (const [taken, event] of events.entries()) {
      try {
        await tx.transaction((alone) => this.takeOrPark(alone, event, stopped));
      } catch (error) {
        if (isTransient(error)) throw error;
        if (before + 1 < TRIES) {
          await this.checkpoint.failed(tx, before + 1);
          return { taken, failed: error instanceof Error ? error : new Error(String(error)) };
        }
        await this.park(tx, event, error);
        stopped.add(event.subject);
      }
      await this.checkpoint.reached(tx, event.place);
      before = 0;
    }
    return { taken: events.length };
  }

  private async takeOrPark(tx: Knex, event: Told, stopped: ReadonlySet<string>): Promise<void> {
    if (stopped.has(event.subject)) await this.park(tx, event);
    else await this.consumer.take(tx, event);
  }

  private async stoppedSubjects(tx: Knex): Promise<Set<string>> {
    return new Set(await this.parked(tx).distinct().pluck<string[]>('subject'));
  }

  private async park(tx: Knex, { place, ...event }: Told, error?: unknown): Promise<void> {
    await this.table(tx, 'parked_events').insert({
      id: typeid('pev').toString(),
      ...this.key,
      position: place.position,
      subject: event.subject,
      event: JSON.stringify(event),
      error: error === undefined ? null : reason(error),
    });
  }

  /** Those that an operator wants tried again, in their order; each subject as far as it goes. */
  private async retryParked(tx: Knex): Promise<void> {
    const rows = await this.parked(tx)
      .where({ retry: true })
      .orderBy('position')
      .select<{ position: number; subject: string; event: Stored; error: string | null }[]>(
        ...['position', 'subject', 'event', 'error'],
      );
    const stuck = new Set<string>();
    for (const { position, subject, event, error: before } of rows) {
      if (stuck.has(subject)) continue;
      try {
        if (event.type === REFUSED) throw new Error(before ?? '');
        await tx.transaction((alone) => this.consumer.take(alone, { ...event, at: new Date(event.at) }));
        await this.parked(tx).where({ position }).delete();
      } catch (error) {
        if (isTransient(error)) throw error;
        stuck.add(subject);
        await this.parked(tx).where({ subject }).update({ retry: false });
        await this.parked(tx)
          .where({ position })
          .update({ error: reason(error) });
      }
    }
  }

  private get key() {
    return { consumer: this.consumer.name, source: this.source };
  }

  private parked(tx: Knex): Knex.QueryBuilder {
    return this.table(tx, 'parked_events').where(this.key);
  }

  private table(db: Knex, name: string): Knex.QueryBuilder {
    return db(`${this.consumer.schema}.${name}`);
  }
}

type Stored = Omit<Event, 'at'> & { at: string };

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

/**
 * Not the event's fault: lost connections, deadlocks, a full disk, a transaction that was cut off. SQLSTATE classes 08,
 * 40, 53, 55, 57, 58, and two of 25.
 */
const TRANSIENT = /^(08|40|53|55|57|58)...$|^25P0[34]$|^E[A-Z]+$/;
/** What pg says without a code once a connection is gone; knex puts the statement and a dash before. */
const GONE = /(^| - )(Connection terminated|Client has encountered a connection error)/;

const isTransient = (error: unknown): boolean =>
  error instanceof Error && ('code' in error ? TRANSIENT.test(String(error.code)) : GONE.test(error.message));
