import type { Knex } from 'knex';

/** One thing that must always hold. */
export interface Check {
  /** What holds, in words. */
  holds: string;
  /** Selects a text `breach` for each row that breaks it, naming the row. */
  breaches: string;
}

export interface Finding {
  holds: string;
  breaches: string[];
}

/** So many breaches of one kind are named. */
const NAMED = 20;

/** Runs the checks on one snapshot of the data. */
export async function findings(tx: Knex, checks: readonly Check[]): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { holds, breaches } of checks) {
    const { rows } = await tx.raw<{ rows: { breach: string }[] }>(
      `SELECT breach FROM (${breaches}) AS b LIMIT ${NAMED}`,
    );
    found.push({ holds, breaches: rows.map(({ breach }) => breach) });
  }
  return found;
}
