import type { HireRow, HireStatus } from '../workflows/hire';
import type { Columns, Rows } from './rows';

type Hires = Rows<HireStatus, 'claim' | 'takeBack' | 'refuse'>;

/** Row of a ride or rental, read FOR UPDATE: waits for an abandoned attempt that may still commit. */
export async function hireOf(hires: Hires, id: string): Promise<HireRow | undefined> {
  const row = await hires.read<{ status: HireStatus; started_at: Date | null }>(id, ['status', 'started_at']);
  return row && { status: row.status, startedAt: row.started_at?.getTime() ?? null };
}

/** → REFUSED: a late claim comes to nothing. @returns the row afterwards: what was claimed before stays */
export async function refuseHire(hires: Hires, hire: Columns, failure: string): Promise<HireRow> {
  await hires.upsert('refuse', hire, { failure });
  return (await hireOf(hires, hire.id as string)) ?? { status: 'REFUSED', startedAt: null };
}
