import type { Knex } from 'knex';
import type { Event, Place, SourcePlace, Told } from './event';

/** So many events of a source are taken together at most. */
export const BATCH = 200;

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

/** What comes after a place. */
interface Ahead {
  events: Told[];
  /** Whether something is left that nobody will wake us for. */
  unsettled: boolean;
}

/**
 * The events after places in outboxes of one database, in an order that never changes: one statement, whose snapshot
 * holds them all. Those of transactions that might still be running, or that began after one that is, are left for later.
 * @returns what is after each place, in the order of the places
 */
export async function readAfter(db: Knex, places: readonly SourcePlace[], limit = BATCH): Promise<Ahead[]> {
  if (places.length === 0) return [];
  const ofEach = places.map(
    ({ source }, n) =>
      `SELECT ${n} AS nth, n.* FROM (${next(source, `CAST(:xid${n} AS xid8), :position${n}`)}) n`,
  );
  const bindings: Record<string, string | number> = { limit };
  for (const [n, { xid, position }] of places.entries()) {
    bindings[`xid${n}`] = xid;
    bindings[`position${n}`] = position;
  }
  const { rows } = await db.raw<{ rows: (Row & { nth: number })[] }>(
    `SELECT a.*, xid::text FROM (${ofEach.join(' UNION ALL ')}) a ORDER BY nth, a.xid, position`,
    bindings,
  );
  const byPlace = Map.groupBy(rows, ({ nth }) => nth);
  return places.map(({ source }, n) => {
    const ahead = byPlace.get(n) ?? [];
    const settled = ahead.filter((row) => row.settled);
    return { events: settled.map((row) => told(source, row)), unsettled: settled.length < ahead.length };
  });
}

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

  /** @see readAfter */
  async after(place: Place, limit: number): Promise<Ahead> {
    const [ahead] = await readAfter(this.db, [{ ...place, source: this.name }], limit);
    return ahead as Ahead;
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

  /** All that was told of these subjects, in order. */
  async about(subjects: readonly string[]): Promise<Event[]> {
    return this.db({ o: `${this.name}.outbox` })
      .whereIn('o.subject', subjects)
      .orderBy(['o.xid', 'o.position'])
      .select<Event[]>(
        this.db.raw("? || '/' || o.position AS id", [this.name]),
        ...['o.type', 'o.subject', 'o.customer', 'o.data', 'o.at'],
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
