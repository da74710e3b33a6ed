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

/** A domain's outbox, to be read in order. */
export class Outbox {
  constructor(
    private readonly db: Knex,
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
      `SELECT position, xid::text, type, subject, customer, data, at,
         o.xid < pg_snapshot_xmin(pg_current_snapshot()) AS settled
       FROM :schema:.outbox o WHERE (o.xid, position) > (CAST(:xid AS xid8), :position)
       ORDER BY o.xid, position LIMIT :limit`,
      { schema: this.name, xid, position, limit },
    );
    const settled = rows.filter((row) => row.settled);
    return { events: settled.map((row) => this.told(row)), unsettled: settled.length < rows.length };
  }

  /** Where the newest events are, and what they are about: of everyone, or of one customer. */
  async newest(limit: number, customer?: string): Promise<(Place & { subject: string })[]> {
    const query = this.db({ o: `${this.name}.outbox` })
      .orderBy([
        { column: 'o.xid', order: 'desc' },
        { column: 'o.position', order: 'desc' },
      ])
      .limit(limit);
    if (customer !== undefined) void query.where({ customer });
    return query.select<(Place & { subject: string })[]>(
      this.db.raw('o.xid::text'),
      'o.position',
      'o.subject',
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

  private told({ xid, position, type, subject, customer, data, at }: Row): Told {
    return { id: `${this.name}/${position}`, type, subject, customer, data, at, place: { xid, position } };
  }
}
