import type { Knex } from 'knex';
import type { TestStack } from '../test-stack';

/** A breach, and how it is mended. ":booking" and the like stand for ids. */
export interface Plant {
  /** In whose database. */
  on: 'db' | 'bank';
  /** Whose triggers look away meanwhile. */
  table: string;
  change: string;
  back: string;
  /** How it is named: once each. */
  named: string | readonly string[];
}

/** Plants all of these, does something, and mends them again, the last one first. */
export async function whilePlanted<T>(
  stack: TestStack,
  plants: readonly Plant[],
  act: () => Promise<T>,
): Promise<T> {
  for (const { on, table, change } of plants) await behindTheTriggers(stack[on], table, change);
  try {
    return await act();
  } finally {
    for (const { on, table, back } of plants.toReversed()) await behindTheTriggers(stack[on], table, back);
  }
}

/** Changes what no program may change. */
async function behindTheTriggers(db: Knex, table: string, change: string): Promise<void> {
  await db.raw(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  try {
    await db.raw(change);
  } finally {
    await db.raw(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  }
}

/** With the ids that its names stand for. */
export function planted(plant: Plant, ids: Readonly<Record<string, string>>): Plant {
  const here = (text: string) => text.replace(/:(\w+)/g, (whole, name: string) => ids[name] ?? whole);
  const { named, change, back } = plant;
  return { ...plant, change: here(change), back: here(back), named: [named].flat().map(here) };
}

/** A column of one row, changed and changed back. Values are SQL. */
export const changed = (
  table: string,
  row: string,
  [column, from, to]: readonly [column: string, from: string, to: string],
  named: Plant['named'],
): Plant => ({
  on: 'db',
  table,
  change: `UPDATE ${table} SET ${column} = ${to} WHERE ${row}`,
  back: `UPDATE ${table} SET ${column} = ${from} WHERE ${row}`,
  named,
});

/** A row that should not be there. Values are SQL. */
export const added = (
  table: string,
  id: string,
  columns: string,
  values: string,
  named: Plant['named'],
): Plant => ({
  on: 'db',
  table,
  change: `INSERT INTO ${table} (id, ${columns}) VALUES ('${id}', ${values})`,
  back: `DELETE FROM ${table} WHERE id = '${id}'`,
  named,
});

/** Rows that should be there. */
export const removed = (
  table: string,
  row: string,
  columns: string,
  values: string,
  named: Plant['named'],
): Plant => ({
  on: 'db',
  table,
  change: `DELETE FROM ${table} WHERE ${row}`,
  back: `INSERT INTO ${table} (${columns}) VALUES (${values})`,
  named,
});
