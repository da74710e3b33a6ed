import type { Knex } from 'knex';

export const BATCH = 5_000;

/** Rows by a text that is each one's own, so many at a time: no table is read whole, none is held for long. */
export async function* batchesBy<Row extends object>(
  key: keyof Row & string,
  rows: Knex.QueryBuilder,
): AsyncGenerator<Row[]> {
  for (let last = ''; ;) {
    const batch = (await rows.clone().where(key, '>', last).orderBy(key).limit(BATCH)) as Row[];
    if (batch.length > 0) yield batch;
    const end = batch.at(-1);
    if (end === undefined || batch.length < BATCH) return;
    last = String(end[key]);
  }
}

/** The rows of others by the key that they share with them. */
export async function rowsBy<Row extends object>(
  key: keyof Row & string,
  keys: readonly string[],
  rows: Knex.QueryBuilder,
): Promise<Map<string, Row>> {
  const found = (await rows.clone().whereIn(key, keys)) as Row[];
  return new Map(found.map((row) => [String(row[key]), row]));
}
