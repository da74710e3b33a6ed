import type { Knex } from 'knex';
import { isRow } from '../database';

interface Wanted {
  limit: number;
  /** The id of the last one seen. */
  before: string | undefined;
  /** Of both it and the rows. */
  whose?: Record<string, string>;
  which?: Record<string, string>;
  columns?: readonly string[];
}

/**
 * The newest rows of a table whose rows are numbered as they come.
 * @returns undefined where the last one seen is not there
 */
export async function newestFirst<Row>(
  db: Knex,
  table: string,
  { limit, before, whose = {}, which = {}, columns = ['*'] }: Wanted,
): Promise<Row[] | undefined> {
  if (!(await isRow(db, table, before, whose))) return undefined;
  const rows = db(table)
    .where({ ...whose, ...which })
    .orderBy('number', 'desc')
    .limit(limit);
  if (before !== undefined) void rows.where('number', '<', db(table).where({ id: before }).select('number'));
  return (await rows.select(columns)) as Row[];
}
