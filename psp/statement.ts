import type { Pool } from 'pg';

/** The bank's truth; kind and key together are unique. */
interface StatementLine {
  kind: 'capture' | 'refund';
  /** Whole KRW, always positive. */
  amount: number;
  currency: string;
  key: string;
  chargeId: string;
  /** When the money moved; never before the line above. */
  at: Date;
}

interface StatementPage {
  data: StatementLine[];
  /** Null when there are no more lines at the moment; the cursor of the last page stays good for new ones. */
  nextCursor: string | null;
}

type Row = Omit<StatementLine, 'amount'> & { amount: string; line: string };

/** The lines after the cursor, oldest first. */
export async function readStatement(pool: Pool, cursor: string, limit: number): Promise<StatementPage> {
  const { rows } = await pool.query<Row>({
    name: 'statement',
    text: `select line, kind, amount, currency, key, charge_id as "chargeId", at
           from psp.statement where line > $1 order by line limit $2`,
    values: [cursor, limit + 1],
  });
  const page = rows.slice(0, limit);
  return {
    data: page.map(({ line: _, ...line }) => ({ ...line, amount: Number(line.amount) })),
    nextCursor: rows.length > limit ? (page.at(-1)?.line ?? null) : null,
  };
}
