import type { Knex } from 'knex';

/** One thing that must always hold. */
export interface Check {
  /** What holds, in words. */
  holds: string;
  /** Selects `id` and `breach` for each row that breaks it: which row it is, and what is wrong with it. */
  breaches: string;
}

export interface Breach {
  id: string;
  breach: string;
}

export interface Finding {
  holds: string;
  breaches: Breach[];
}

/** Runs the checks on one snapshot of the data. */
export async function findings(tx: Knex, checks: readonly Check[]): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { holds, breaches } of checks) {
    const { rows } = await tx.raw<{ rows: Breach[] }>(breaches);
    found.push({ holds, breaches: rows });
  }
  return found;
}
