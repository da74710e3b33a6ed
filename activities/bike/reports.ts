import type { Knex } from 'knex';
import type { ReportBike, ReportStatus } from '../../workflows/bike/contract';
import { refusal } from '../refusal';
import { movePoints } from './points';

/** All SQL of reports: what managers say of a bike, and what that earns them (B6). */
export class Reports {
  constructor(private readonly db: Knex) {}

  /**
   * The bike is as reported, a bike in use once it is back, and only then the points are the manager's.
   * @throws ApplicationFailure `not-registered`, or `bike-unavailable-now` when it was refused meanwhile or the time
   *   is up
   */
  async apply(report: ReportBike): Promise<void> {
    const { id, manager, batteryLevel, usable } = report;
    await this.db.transaction(async (tx) => {
      await lockManager(tx, manager);
      const points = await write(tx, report);
      if (points === undefined) return this.mustBeApplied(tx, id);
      await tx.raw(
        `UPDATE bike.bikes SET battery_level = :batteryLevel, updated_at = now(),
           status = CASE status WHEN 'IN_USE' THEN status ELSE :status END,
           next_status = CASE status WHEN 'IN_USE' THEN :status END
         WHERE id = :bikeId`,
        { bikeId: report.bikeId, batteryLevel, status: usable ? 'AVAILABLE' : 'BROKEN' },
      );
      if (points > 0) await movePoints(tx, { manager, kind: 'REPORT', points, reference: id });
      await tx.raw(
        `WITH counted AS (
           UPDATE bike.managers SET reports = reports + 1 WHERE manager = :manager RETURNING points)
         UPDATE bike.reports r SET points = counted.points FROM counted WHERE id = :id`,
        { manager, id },
      );
    });
  }

  /**
   * Leaves a mark, so that a late report comes to nothing.
   * @returns how it stands: what was applied before stays
   */
  async refuse(report: ReportBike, failure: string): Promise<ReportStatus> {
    await this.db('bike.reports')
      .insert({ ...rowOf(report), points_earned: 0, status: 'REFUSED', failure })
      .onConflict('id')
      .ignore();
    return (await statusOf(this.db, report.id)) ?? 'REFUSED';
  }

  private async mustBeApplied(tx: Knex, id: string): Promise<void> {
    if ((await statusOf(tx, id)) !== 'APPLIED') throw refusal('bike-unavailable-now');
  }
}

const rowOf = ({ id, bikeId, manager, batteryLevel, usable, note }: ReportBike) => ({
  id,
  bike_id: bikeId,
  manager,
  battery_level: batteryLevel,
  usable,
  note: note ?? null,
});

/**
 * One report of a manager at a time: each sees what the others have earned today.
 * @throws ApplicationFailure `not-registered`
 */
async function lockManager(tx: Knex, manager: string): Promise<void> {
  const registered = await tx('bike.managers')
    .where({ manager })
    .whereNotNull('registration')
    .forUpdate()
    .first<object | undefined>('manager');
  if (!registered) throw refusal('not-registered');
}

/** @returns the points that it earns; undefined when it had been decided before, or the time is up */
async function write(tx: Knex, report: ReportBike): Promise<number | undefined> {
  const { rows } = await tx.raw<{ rows: { points_earned: number }[] }>(
    `INSERT INTO bike.reports
       (id, bike_id, manager, battery_level, usable, note, status, day_limit, points_earned)
     SELECT :id, :bike_id, :manager, :battery_level, :usable, :note, 'APPLIED', :dayLimit,
       CASE WHEN today.earned + :points > :dayLimit THEN 0 ELSE :points END
     FROM (
       SELECT COALESCE(sum(points_earned), 0) AS earned FROM bike.reports
       WHERE manager = :manager AND status = 'APPLIED'
         AND at >= date_trunc('day', now(), 'Asia/Seoul')) AS today
     WHERE clock_timestamp() < :answerBy ON CONFLICT (id) DO NOTHING RETURNING points_earned`,
    {
      ...rowOf(report),
      points: report.points,
      dayLimit: report.pointsPerDay ?? null,
      answerBy: new Date(report.answerBy),
    },
  );
  return rows[0]?.points_earned;
}

async function statusOf(db: Knex, id: string): Promise<ReportStatus | undefined> {
  const row = await db('bike.reports')
    .where({ id })
    .forUpdate()
    .first<{ status: ReportStatus } | undefined>('status');
  return row?.status;
}
