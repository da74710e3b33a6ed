import type { Knex } from 'knex';
import type { Back, HireStatus, HireRow } from '../../workflows/hire';
import type { ClaimRide, RideKickboard } from '../../workflows/kickboard/contract';
import { timeOrNever } from '../database';
import { refusal } from '../refusal';
import { violates } from '../violation';

/** All SQL of kickboards and rides. A method that changes something is one transition, safe to run again. */
export class KickboardRepository {
  constructor(private readonly db: Knex) {}

  /** → REGISTERED (K5). */
  async register(id: string, location: string): Promise<void> {
    await this.db('kickboard.kickboards')
      .insert({ id, location, status: 'REGISTERED' })
      .onConflict('id')
      .ignore();
  }

  /** @returns false when somebody has it: then it stays (K5) */
  async remove(id: string): Promise<boolean> {
    const removed = await this.db('kickboard.kickboards')
      .where({ id })
      .whereIn('status', ['REGISTERED', 'RETURNED'])
      .update({ removed_at: this.db.raw('COALESCE(removed_at, now())'), updated_at: this.db.fn.now() });
    return removed === 1;
  }

  /**
   * Pass and kickboard, claimed together or not at all (K2).
   * @throws ApplicationFailure `kickboard-unavailable`, `pass-not-available`, or `kickboard-unavailable-now` when it
   *   was refused meanwhile or the time is up
   */
  async claim(ride: ClaimRide): Promise<number> {
    try {
      return await this.db.transaction(async (tx) => {
        if (!(await openRide(tx, ride))) return this.mustBeOpen(tx, ride);
        const { rowCount: fromPass } = await tx.raw<Changed>(
          `UPDATE kickboard.passes SET rides_left = rides_left - 1, updated_at = now(),
             status = CASE rides_left WHEN 1 THEN 'USED' ELSE status END
           WHERE id = :passId AND customer = :customer AND status = 'AVAILABLE'`,
          { passId: ride.passId, customer: ride.customer },
        );
        if (fromPass === 0) throw refusal('pass-not-available');
        const taken = await tx('kickboard.kickboards')
          .where({ id: ride.kickboardId, removed_at: null })
          .update({ status: 'RENTED', updated_at: tx.fn.now() });
        if (taken === 0) throw refusal('kickboard-unavailable');
        return ride.startedAt;
      });
    } catch (error) {
      if (violates(error, 'one_open_ride_per_kickboard')) throw refusal('kickboard-unavailable');
      if (violates(error, 'one_open_ride_per_pass')) throw refusal('pass-not-available');
      throw error;
    }
  }

  private async mustBeOpen(tx: Knex, { id, answerBy }: ClaimRide): Promise<number> {
    const before = await this.standing(id, tx);
    if (before?.startedAt) return before.startedAt;
    throw refusal(before || Date.now() >= answerBy ? 'kickboard-unavailable-now' : 'kickboard-unavailable');
  }

  /**
   * Leaves a mark, so that a late claim comes to nothing.
   * @returns how it stands: what was claimed before stays
   */
  async refuse(ride: RideKickboard, failure: string): Promise<HireRow> {
    const { id, customer, kickboardId, passId, minutes } = ride;
    await this.db('kickboard.rides')
      .insert({
        id,
        customer,
        kickboard_id: kickboardId,
        pass_id: passId,
        minutes,
        status: 'REFUSED',
        failure,
      })
      .onConflict('id')
      .ignore();
    return (await this.standing(id)) ?? { status: 'REFUSED', startedAt: null };
  }

  /**
   * RENTED → RETURNED, the kickboard free (K3).
   * @throws ApplicationFailure `kickboard-unavailable-now` when the time to say so is up
   */
  async takeBack(id: string, { endedAt, location, answerBy }: Back): Promise<void> {
    const { rowCount } = await this.db.raw<Changed>(
      `WITH returned AS (
         UPDATE kickboard.rides r SET status = 'RETURNED', ended_at = :endedAt, updated_at = now(),
           end_location = COALESCE(:location, k.location)
         FROM kickboard.kickboards k
         WHERE r.id = :id AND r.status = 'RENTED' AND k.id = r.kickboard_id AND clock_timestamp() < :answerBy
         RETURNING r.kickboard_id, r.end_location)
       UPDATE kickboard.kickboards k SET status = 'RETURNED', location = end_location, updated_at = now()
       FROM returned WHERE k.id = kickboard_id`,
      { id, endedAt: new Date(endedAt), location: location ?? null, answerBy: timeOrNever(answerBy) },
    );
    if (rowCount === 0 && (await this.standing(id))?.status !== 'RETURNED')
      throw refusal('kickboard-unavailable-now');
  }

  /** The customer is told that the ride is due (K4). */
  async remind(id: string): Promise<void> {
    await this.db('kickboard.rides')
      .where({ id, status: 'RENTED', reminded_at: null })
      .update({ reminded_at: this.db.fn.now(), updated_at: this.db.fn.now() });
  }

  /** The kickboard → MISSING, while the ride is open (K4). */
  async miss(id: string): Promise<void> {
    await this.db.raw(
      `WITH missed AS (
         UPDATE kickboard.rides SET missing_at = now(), updated_at = now()
         WHERE id = :id AND status = 'RENTED' AND missing_at IS NULL RETURNING kickboard_id)
       UPDATE kickboard.kickboards k SET status = 'MISSING', updated_at = now()
       FROM missed WHERE k.id = kickboard_id`,
      { id },
    );
  }

  /** How it stands once nobody is at it any more: a try that was given up on may still be about to commit. */
  private async standing(id: string, db: Knex = this.db): Promise<HireRow | undefined> {
    const row = await db('kickboard.rides')
      .where({ id })
      .forUpdate()
      .first<{ status: HireStatus; started_at: Date | null } | undefined>('status', 'started_at');
    return row && { status: row.status, startedAt: row.started_at?.getTime() ?? null };
  }
}

interface Changed {
  rowCount: number;
}

/** @returns false when it had been decided before, the kickboard cannot be ridden, or the time is up */
async function openRide(tx: Knex, ride: ClaimRide): Promise<boolean> {
  const { id, customer, kickboardId, passId, minutes, startedAt, dueAt, answerBy } = ride;
  const { rowCount } = await tx.raw<Changed>(
    `INSERT INTO kickboard.rides (id, customer, kickboard_id, pass_id, minutes, status, started_at, due_at)
     SELECT :id, :customer, k.id, :passId, :minutes, 'RENTED', :startedAt, :dueAt
     FROM kickboard.kickboards k
     WHERE k.id = :kickboardId AND k.status IN ('REGISTERED', 'RETURNED') AND k.removed_at IS NULL
       AND clock_timestamp() < :answerBy
     ON CONFLICT (id) DO NOTHING`,
    {
      id,
      customer,
      kickboardId,
      passId,
      minutes,
      startedAt: new Date(startedAt),
      dueAt: new Date(dueAt),
      answerBy: new Date(answerBy),
    },
  );
  return rowCount === 1;
}
