import type { Knex } from 'knex';
import type { ReportBike, ReportStatus } from '../../workflows/bike/contract';
import { refusal } from '../refusal';
import { movePoints } from './points';

/** All SQL of reports: what managers say of a bike, and what that earns them (B6). */
export class Reports {
  constructor(private readonly db: Knex) {}

  /**
   * The bike is as reported, a bike in use once it is back, and only then the points are the manager's.
   * @throws ApplicationFailure `bike-unavailable-now` when it was refused meanwhile or the time is up
   */
  async apply(report: ReportBike): Promise<void> {
    const { id, manager, batteryLevel, usable, points } = report;
    await this.db.transaction(async (tx) => {
      if (!(await write(tx, report))) return this.mustBeApplied(tx, id);
      await tx.raw(
        `UPDATE bike.bikes SET battery_level = :batteryLevel, updated_at = now(),
           status = CASE status WHEN 'IN_USE' THEN status ELSE :status END,
           next_status = CASE status WHEN 'IN_USE' THEN :status END
         WHERE id = :bikeId`,
        { bikeId: report.bikeId, batteryLevel, status: usable ? 'AVAILABLE' : 'BROKEN' },
      );
      const now = await movePoints(tx, { manager, kind: 'REPORT', points, reference: id });
      await tx('bike.managers').where({ manager }).increment('reports', 1);
      await tx('bike.reports').where({ id }).update({ points: now });
    });
  }

  /**
   * Leaves a mark, so that a late report comes to nothing.
   * @returns how it stands: what was applied before stays
   */
  async refuse(report: ReportBike, failure: string): Promise<ReportStatus> {
    await this.db('bike.reports')
      .insert({ ...rowOf(report), status: 'REFUSED', failure })
      .onConflict('id')
      .ignore();
    return (await statusOf(this.db, report.id)) ?? 'REFUSED';
  }

  private async mustBeApplied(tx: Knex, id: string): Promise<void> {
    if ((await statusOf(tx, id)) !== 'APPLIED') throw refusal('bike-unavailable-now');
  }
}

const rowOf = ({ id, bikeId, manager, batteryLevel, usable, note, points }: ReportBike) => ({
  id,
  bike_id: bikeId,
  manager,
  battery_level: batteryLevel,
  usable,
  note: note ?? null,
  points_earned: points,
});

/** @returns false when it had been decided before, or the time is up */
async function write(tx: Knex, report: ReportBike): Promise<boolean> {
  const { rowCount } = await tx.raw<{ rowCount: number }>(
    `INSERT INTO bike.reports (id, bike_id, manager, battery_level, usable, note, points_earned, status)
     SELECT :id, :bike_id, :manager, :battery_level, :usable, :note, :points_earned, 'APPLIED'
     WHERE clock_timestamp() < :answerBy ON CONFLICT (id) DO NOTHING`,
    { ...rowOf(report), answerBy: new Date(report.answerBy) },
  );
  return rowCount === 1;
}

async function statusOf(db: Knex, id: string): Promise<ReportStatus | undefined> {
  const row = await db('bike.reports')
    .where({ id })
    .forUpdate()
    .first<{ status: ReportStatus } | undefined>('status');
  return row?.status;
}
