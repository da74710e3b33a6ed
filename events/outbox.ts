import type { Knex } from 'knex';
import type { Place, Told } from './event';

interface Row {
  position: number;
  xid: string;
  type: string;
  subject: string;
  customer: string | null;
  data: Record<string, unknown>;
  at: Date;
  settled: boolean;
}

/**
 * SQL: the next `:limit` events of a domain after a place, and whether no transaction may still come before them. The
 * limit is a subquery: it is computed once, and not at all where there are no events.
 */
const next = (domain: string, place: string) => `
  SELECT o.position, o.xid, o.type, o.subject, o.customer, o.data, o.at,
    o.xid < (SELECT ${domain}.era_xid(pg_snapshot_xmin(pg_current_snapshot()))) AS settled
  FROM ${domain}.outbox o WHERE (o.xid, o.position) > (${place})
  ORDER BY o.xid, o.position LIMIT :limit`;

/** What is there for a consumer in one source. */
export interface Found {
  source: string;
  /** The checkpoint. */
  from: Place;
  events: Told[];
  /** Whether something is left that nobody will wake us for. */
  unsettled: boolean;
  /** Whether some of its events are parked. */
  parked: boolean;
}

/**
 * The events after a consumer's checkpoints in these outboxes, which are in the database that has the checkpoints: one
 * statement, whose snapshot holds them all. A source without a checkpoint is left out.
 */
export async function foundIn(
  db: Knex,
  { schema, name: consumer }: { schema: string; name: string },
  outboxes: readonly Outbox[],
  limit: number,
): Promise<Found[]> {
  if (outboxes.length === 0) return [];
  const ofEach = outboxes.map(
    ({ name }) => `
    SELECT c.source, c.xid AS from_xid, c.position AS from_position, p.parked, o.*
    FROM ${schema}.checkpoints c
    CROSS JOIN LATERAL (SELECT EXISTS (
      SELECT FROM ${schema}.parked_events p WHERE p.consumer = c.consumer AND p.source = c.source) AS parked) p
    LEFT JOIN LATERAL (${next(name, 'c.xid, c.position')}) o ON true
    WHERE c.consumer = :consumer AND c.source = '${name}'`,
  );
  const { rows } = await db.raw<{ rows: FoundRow[] }>(
    `SELECT f.*, from_xid::text, xid::text FROM (${ofEach.join(' UNION ALL ')}) f ORDER BY source, f.xid, position`,
    { consumer, limit },
  );
  const found = new Map<string, Found>();
  for (const { source, from_xid: xid, from_position: position, parked, ...row } of rows) {
    const one = found.get(source) ?? {
      ...{ source, parked, events: [], unsettled: false },
      from: { xid, position },
    };
    found.set(source, one);
    if (row.settled === true) one.events.push(told(source, row));
    else one.unsettled ||= row.settled === false;
  }
  return [...found.values()];
}

/** Without an event where there is none. */
type FoundRow = { source: string; from_xid: string; from_position: number; parked: boolean } & (
  Row | { [Column in keyof Row]: null }
);

const told = (source: string, { xid, position, type, subject, customer, data, at }: Row): Told => ({
  ...{ id: `${source}/${position}`, type, subject, customer, data, at },
  place: { xid, position },
});

/** A domain's outbox, to be read in order. */
export class Outbox {
  constructor(
    readonly db: Knex,
    /** The domain, which is its schema's name. */
    readonly name: string,
  ) {}

  /**
   * The events after that place, in an order that never changes. Those of transactions that might still be running,
   * or that began after one that is, are left for later.
   * @returns also whether something is left that nobody will wake us for
   */
  async after({ xid, position }: Place, limit: number): Promise<{ events: Told[]; unsettled: boolean }> {
    const { rows } = await this.db.raw<{ rows: Row[] }>(
      `SELECT n.*, xid::text FROM (${next(this.name, 'CAST(:xid AS xid8), :position')}) n ORDER BY n.xid, position`,
      { xid, position, limit },
    );
    const settled = rows.filter((row) => row.settled);
    return { events: settled.map((row) => told(this.name, row)), unsettled: settled.length < rows.length };
  }

  /** Where the newest events are, and what they are about: of everyone, or of one customer. */
  async newest(limit: number, customer?: string): Promise<(Place & { subject: string; at: Date })[]> {
    const query = this.db({ o: `${this.name}.outbox` })
      .orderBy([
        { column: 'o.xid', order: 'desc' },
        { column: 'o.position', order: 'desc' },
      ])
      .limit(limit);
    if (customer !== undefined) void query.where({ customer });
    return query.select<(Place & { subject: string; at: Date })[]>(
      this.db.raw('o.xid::text'),
      'o.position',
      'o.subject',
      'o.at',
    );
  }

  /** What is not taken yet by someone who has come so far; `most` is counted at most. Age of the oldest in seconds. */
  async behind({ xid, position }: Place, most: number): Promise<{ events: number; seconds: number }> {
    const { rows } = await this.db.raw<{ rows: [{ events: number; seconds: number }] }>(
      `SELECT count(*) AS events, COALESCE(extract(epoch FROM clock_timestamp() - min(at)), 0)::float AS seconds
       FROM (SELECT o.at FROM :schema:.outbox o WHERE (o.xid, position) > (CAST(:xid AS xid8), :position)
             ORDER BY o.xid, position LIMIT :most) AS ahead`,
      { schema: this.name, xid, position, most },
    );
    return rows[0];
  }
}
