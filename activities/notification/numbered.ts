import type { Knex } from 'knex';

/**
 * The newest rows of a table whose rows are numbered as they come.
 * @param before the id of the last one seen; @param whose of both it and the rows
 */
export function newestFirst(
  db: Knex,
  table: string,
  limit: number,
  before: string | undefined,
  whose: Record<string, string> = {},
): Knex.QueryBuilder {
  const rows = db(table).where(whose).orderBy('number', 'desc').limit(limit);
  if (before !== undefined)
    void rows.where(
      'number',
      '<',
      db(table)
        .where({ ...whose, id: before })
        .select('number'),
    );
  return rows;
}
