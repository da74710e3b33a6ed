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

/** Of these consumers; also whether some events of a source are parked. */
export async function checkpointsOf(
  db: Knex,
  schema: string,
  consumers: readonly string[],
): Promise<(Reached & { parked: boolean })[]> {
  return db({ c: `${schema}.checkpoints` })
    .whereRaw('c.consumer = ANY(?)', [[...consumers]])
    .select<(Reached & { parked: boolean })[]>(
      ...['c.consumer', 'c.source', db.raw('c.xid::text'), 'c.position'],
      db.raw(`EXISTS (${PARKED}) AS parked`, { schema }),
    );
}

const PARKED = 'SELECT FROM :schema:.parked_events p WHERE p.consumer = c.consumer AND p.source = c.source';

/** From where a consumer was to where it gets. */
export interface Move {
  consumer: string;
  source: string;
  from: Place;
  to: Place;
}

/**
 * Moves these checkpoints: from there on the sources are ours until the transaction ends.
 * @returns those moved; not where somebody else is or has been at it, or some events are parked
 */
export async function moveCheckpoints<M extends Move>(
  tx: Knex,
  schema: string,
  moves: readonly M[],
): Promise<M[]> {
  const asked = moves.map(({ consumer, source, from, to }) => ({
    ...{ consumer, source, from_xid: from.xid, from_position: from.position },
    ...{ xid: to.xid, position: to.position },
  }));
  const { rows } = await tx.raw<{ rows: { consumer: string; source: string }[] }>(
    `WITH moves AS (
       SELECT * FROM jsonb_to_recordset(CAST(:asked AS jsonb)) AS m(
         consumer text, source text, from_xid xid8, from_position bigint, xid xid8, position bigint)),
     ours AS (
       SELECT m.* FROM :schema:.checkpoints c
       JOIN moves m ON (m.consumer, m.source, m.from_xid, m.from_position) = (c.consumer, c.source, c.xid, c.position)
       WHERE NOT EXISTS (${PARKED}) FOR UPDATE OF c SKIP LOCKED)
     UPDATE :schema:.checkpoints c SET xid = o.xid, position = o.position, failures = 0
     FROM ours o WHERE (c.consumer, c.source) = (o.consumer, o.source) RETURNING c.consumer, c.source`,
    { asked: JSON.stringify(asked), schema },
  );
  const moved = new Set(rows.map(({ consumer, source }) => `${consumer} ${source}`));
  return moves.filter(({ consumer, source }) => moved.has(`${consumer} ${source}`));
}

/** A heartbeat that is younger stays: of several relays one writes. */
const YOUNG_MS = 4_000;

/**
 * Notes that consumers have looked at all that these sources have. What another process is at stays as it is: while
 * that one does not go on, neither does the heartbeat.
 */
export async function beat(
  db: Knex,
  schema: string,
  looked: readonly { consumer: string; source: string }[],
): Promise<void> {
  await db.raw(
    `UPDATE :schema:.checkpoints c SET heartbeat = now()
     FROM (SELECT consumer, source FROM :schema:.checkpoints
       WHERE (consumer, source) IN (SELECT * FROM unnest(CAST(:consumers AS text[]), CAST(:sources AS text[])))
         AND (heartbeat IS NULL OR heartbeat < now() - :young * interval '1 millisecond')
       FOR UPDATE SKIP LOCKED) free
     WHERE c.consumer = free.consumer AND c.source = free.source`,
    {
      ...{ schema, young: YOUNG_MS },
      consumers: looked.map(({ consumer }) => consumer),
      sources: looked.map(({ source }) => source),
    },
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
