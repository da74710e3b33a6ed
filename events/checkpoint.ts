import type { Knex } from 'knex';
import type { Place } from './event';

export interface Reached extends Place {
  consumer: string;
  source: string;
}

/** How far consumers have come: all that keep their checkpoints in the schema, or one of them. */
export async function checkpointsIn(db: Knex, schema: string, consumer?: string): Promise<Reached[]> {
  const rows = db(`${schema}.checkpoints`);
  if (consumer !== undefined) void rows.where({ consumer });
  return rows.select<Reached[]>('consumer', 'source', db.raw('xid::text'), 'position');
}

/** A heartbeat that is younger stays: of several relays one writes. */
const YOUNG_MS = 4_000;

/**
 * Notes that a consumer has looked at all that these sources have. What another process is at stays as it is: while
 * that one does not go on, neither does the heartbeat.
 */
export async function beat(
  db: Knex,
  schema: string,
  consumer: string,
  sources: readonly string[],
): Promise<void> {
  await db.raw(
    `UPDATE :schema:.checkpoints c SET heartbeat = now()
     FROM (SELECT consumer, source FROM :schema:.checkpoints
       WHERE consumer = :consumer AND source = ANY(:sources)
         AND (heartbeat IS NULL OR heartbeat < now() - :young * interval '1 millisecond')
       FOR UPDATE SKIP LOCKED) free
     WHERE c.consumer = free.consumer AND c.source = free.source`,
    { schema, consumer, sources: [...sources], young: YOUNG_MS },
  );
}

export interface Heartbeat {
  consumer: string;
  source: string;
  /** Since it was noted. */
  seconds: number;
}

/** The heartbeats of all consumers that keep their checkpoints in the schema, where there has been one. */
export async function heartbeatsIn(db: Knex, schema: string): Promise<Heartbeat[]> {
  return db(`${schema}.checkpoints`)
    .whereNotNull('heartbeat')
    .select<Heartbeat[]>(
      'consumer',
      'source',
      db.raw('extract(epoch FROM clock_timestamp() - heartbeat)::float AS seconds'),
    );
}

/** How far a reader has come in a source: a row, whose lock is the right to go on from there. */
export class Checkpoint {
  constructor(
    /** That has the row. */
    private readonly schema: string,
    private readonly key: { consumer: string; source: string },
  ) {}

  /** @throws Error when the source is followed partition by partition: it cannot be gone on with as a whole */
  async register(db: Knex): Promise<void> {
    const { consumer, source } = this.key;
    const parts = db(`${this.schema}.checkpoints`).where({ consumer }).whereLike('source', `${source}/%`);
    if (await parts.first<object | undefined>('source'))
      throw new Error(`${consumer} follows ${source} by Kafka: without it events would take effect again`);
    await db(`${this.schema}.checkpoints`).insert(this.key).onConflict().ignore();
  }

  /** @returns undefined where another process is at it */
  lease(tx: Knex): Promise<(Place & { failures: number }) | undefined> {
    return this.row(tx)
      .forUpdate()
      .skipLocked()
      .first<(Place & { failures: number }) | undefined>(tx.raw('xid::text'), 'position', 'failures');
  }

  async reached(tx: Knex, place: Place): Promise<void> {
    await this.row(tx).update({ ...place, failures: 0 });
  }

  /** @param failures of the next event, so far */
  async failed(tx: Knex, failures: number): Promise<void> {
    await this.row(tx).update({ failures });
  }

  private row(tx: Knex): Knex.QueryBuilder {
    return tx(`${this.schema}.checkpoints`).where(this.key);
  }
}
