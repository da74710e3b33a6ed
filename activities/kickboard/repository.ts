import type { Knex } from 'knex';
import type { Back, HireRow, Spot } from '../../workflows/hire';
import { type ClaimRide, RIDE, type RideKickboard } from '../../workflows/kickboard/contract';
import { timeOrNever } from '../database';
import { hireOf, refuseHire } from '../hires';
import { placeColumns } from '../places';
import { refusal } from '../refusal';
import { Rows } from '../rows';
import { violates } from '../violation';
import type { Kickboard } from './reads';
import type { Station } from '../bike/stations';

type NewKickboard = Pick<Kickboard, 'id' | 'location' | 'batteryLevel'> & { spot?: Spot | undefined };

/** All SQL of kickboards and rides. A method that changes something is one transition, safe to run again. */
export class KickboardRepository {
  private readonly rides;

  constructor(private readonly db: Knex) {
    this.rides = new Rows(RIDE, db);
  }

  /** → REGISTERED (K5). */
  async register({ id, location, batteryLevel, spot }: NewKickboard): Promise<void> {
    await this.db('kickboard.kickboards')
      .insert({ id, location, battery_level: batteryLevel, status: 'REGISTERED', ...placeColumns(spot) })
      .onConflict('id')
      .ignore();
  }

  /** Those that stand at a station are where it is now. */
  async follow({ id, lat, lon }: Station): Promise<void> {
    await this.db('kickboard.kickboards').where({ station_id: id }).update({ lat, lon });
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
   * → RENTED (`rented`): pass and kickboard, claimed together or not at all (K2).
   * @throws ApplicationFailure `kickboard-unavailable`, `pass-not-available`, or `kickboard-unavailable-now` when it
   *   was refused meanwhile or the time is up
   */
  async claim(ride: ClaimRide): Promise<number> {
    try {
      return await this.db.transaction(async (tx) => {
        if (!(await this.open(tx, ride))) return this.mustBeOpen(tx, ride);
        const { rowCount: fromPass } = await tx.raw<{ rowCount: number }>(
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

  private open(tx: Knex, ride: ClaimRide): Promise<boolean> {
    const { kickboardId, startedAt, dueAt, answerBy } = ride;
    const columns = { ...columnsOf(ride), started_at: new Date(startedAt), due_at: new Date(dueAt) };
    const given = tx('kickboard.kickboards')
      .where({ id: kickboardId, removed_at: null })
      .whereIn('status', ['REGISTERED', 'RETURNED']);
    return this.rides.in(tx).open('claim', columns, { answerBy, given, raising: true });
  }

  private async mustBeOpen(tx: Knex, { id, answerBy }: ClaimRide): Promise<number> {
    const before = await hireOf(this.rides.in(tx), id);
    if (before?.startedAt) return before.startedAt;
    throw refusal(before || Date.now() >= answerBy ? 'kickboard-unavailable-now' : 'kickboard-unavailable');
  }

  /**
   * → REFUSED: a late claim comes to nothing.
   * @returns the ride afterwards: what was claimed before stays
   */
  refuse(ride: RideKickboard, failure: string): Promise<HireRow> {
    return refuseHire(this.rides, columnsOf(ride), failure);
  }

  /**
   * RENTED → RETURNED (`returned`), the kickboard free (K3).
   * @throws ApplicationFailure `kickboard-unavailable-now` when the time to say so is up
   */
  async takeBack(id: string, { endedAt, location, spot, answerBy }: Back): Promise<void> {
    const stood = this.db('kickboard.kickboards as k').whereRaw('k.id = kickboard_id').select('location');
    const back = { ended_at: new Date(endedAt), end_location: location ?? stood };
    const { lat, lon, station_id: stationId } = placeColumns(spot);
    const { rowCount } = await this.db.raw<{ rowCount: number }>(
      `WITH returned AS (:returned)
       UPDATE kickboard.kickboards k SET status = 'RETURNED', location = end_location, updated_at = now(),
         lat = CASE WHEN :moved THEN :lat ELSE lat END, lon = CASE WHEN :moved THEN :lon ELSE lon END,
         station_id = :stationId
       FROM returned WHERE k.id = kickboard_id`,
      {
        ...{ moved: location !== undefined, lat, lon, stationId },
        returned: this.rides
          .change('takeBack', id, back, timeOrNever(answerBy))
          .returning(['kickboard_id', 'end_location']),
      },
    );
    if (rowCount === 0) await this.rides.mustBe(id, 'RETURNED');
  }

  /** RENTED, due (`due`): the customer is told (K4). */
  async remind(id: string): Promise<void> {
    await this.db('kickboard.rides')
      .where({ id, status: 'RENTED', reminded_at: null })
      .update({ reminded_at: this.db.fn.now(), updated_at: this.db.fn.now() });
  }

  /** RENTED, missing (`missing`), and so its kickboard (K4). */
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
}

const columnsOf = ({ id, customer, kickboardId, passId, minutes }: RideKickboard) => ({
  id,
  customer,
  kickboard_id: kickboardId,
  pass_id: passId,
  minutes,
});
