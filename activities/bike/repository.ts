import type { Knex } from 'knex';
import { type ClaimBike, RENTAL, type RentBike } from '../../workflows/bike/contract';
import type { Back, HireRow, Spot } from '../../workflows/hire';
import { timeOrNever } from '../database';
import { hireOf, refuseHire } from '../hires';
import { placeColumns } from '../places';
import { refusal } from '../refusal';
import { Rows } from '../rows';
import { violates } from '../violation';
import type { Bike } from './reads';

type NewBike = Pick<Bike, 'id' | 'location' | 'batteryLevel' | 'status'> & { spot?: Spot | undefined };

/** All SQL of bikes and rentals. A method that changes something is one transition, safe to run again. */
export class BikeRepository {
  private readonly rentals;

  constructor(private readonly db: Knex) {
    this.rentals = new Rows(RENTAL, db);
  }

  /** → AVAILABLE or BROKEN (B1). @returns false when its station has gone meanwhile */
  async register({ id, location, batteryLevel, status, spot }: NewBike): Promise<boolean> {
    try {
      await this.db('bike.bikes')
        .insert({ id, location, battery_level: batteryLevel, status, ...placeColumns(spot) })
        .onConflict('id')
        .ignore();
      return true;
    } catch (error) {
      if (violates(error, 'stands_at_a_station')) return false;
      throw error;
    }
  }

  /** @returns false when somebody has it: then it stays */
  async remove(id: string): Promise<boolean> {
    const removed = await this.db('bike.bikes')
      .where({ id })
      .whereNot({ status: 'IN_USE' })
      .update({ removed_at: this.db.raw('COALESCE(removed_at, now())'), updated_at: this.db.fn.now() });
    return removed === 1;
  }

  /**
   * AVAILABLE → IN_USE, for a customer who owes nothing and has fewer bikes than they may (B1, B2, B5).
   * @throws ApplicationFailure `bike-unavailable`, `unpaid-bill`, `too-many-bikes`, or `bike-unavailable-now` when it
   *   was refused meanwhile or the time is up
   */
  async claim(rental: ClaimBike): Promise<number> {
    try {
      return await this.db.transaction(async (tx) => {
        await lockCustomer(tx, rental.customer);
        if (!(await this.open(tx, rental))) return this.mustBeOpen(tx, rental);
        const taken = await tx('bike.bikes')
          .where({ id: rental.bikeId, removed_at: null })
          .whereNot({ status: 'BROKEN' })
          .update({ status: 'IN_USE', updated_at: tx.fn.now() });
        if (taken === 0) throw refusal('bike-unavailable');
        return rental.startedAt;
      });
    } catch (error) {
      if (violates(error, 'one_open_rental_per_bike')) throw refusal('bike-unavailable');
      throw error;
    }
  }

  /** @returns false when it had been decided before, the bike or the customer may not, or the time is up */
  private open(tx: Knex, rental: ClaimBike): Promise<boolean> {
    const { customer, bikeId, tariff, startedAt, answerBy, atOnce = Infinity } = rental;
    const columns = {
      ...columnsOf(rental),
      tariff: JSON.stringify(tariff),
      started_at: new Date(startedAt),
      start_location: tx.ref('location'),
    };
    const given = tx('bike.bikes')
      .where({ id: bikeId, status: 'AVAILABLE', removed_at: null })
      .whereNotExists(tx('bike.debts').where({ customer, paid_at: null }));
    if (atOnce < Infinity)
      void given.whereRaw('(:held) < :atOnce', {
        held: tx('bike.rentals').where({ customer, status: 'RENTED' }).count(),
        atOnce,
      });
    return this.rentals.in(tx).open('claim', columns, { answerBy, given, raising: true });
  }

  private async mustBeOpen(tx: Knex, { id, customer, answerBy, atOnce }: ClaimBike): Promise<number> {
    const before = await hireOf(this.rentals.in(tx), id);
    if (before?.startedAt) return before.startedAt;
    if (before || Date.now() >= answerBy) throw refusal('bike-unavailable-now');
    if (await this.owes(customer, tx)) throw refusal('unpaid-bill');
    const held = await tx('bike.rentals').where({ customer, status: 'RENTED' }).select('id');
    throw refusal(held.length >= (atOnce ?? Infinity) ? 'too-many-bikes' : 'bike-unavailable');
  }

  /**
   * → REFUSED: a late claim comes to nothing.
   * @returns the rental afterwards: what was claimed before stays
   */
  refuse(rental: RentBike, failure: string): Promise<HireRow> {
    return refuseHire(this.rentals, columnsOf(rental), failure);
  }

  /**
   * RENTED → RETURNED, the bike AVAILABLE, or what a report has made of it meanwhile (B3, B6).
   * @throws ApplicationFailure `bike-unavailable-now` when the time to say so is up
   */
  async takeBack(id: string, { endedAt, location, spot, answerBy }: Back): Promise<void> {
    const back = { ended_at: new Date(endedAt), end_location: location ?? this.db.ref('start_location') };
    const { lat, lon, station_id: stationId } = placeColumns(spot);
    const { rowCount } = await this.db.raw<{ rowCount: number }>(
      `WITH returned AS (:returned)
       UPDATE bike.bikes b SET status = COALESCE(next_status, 'AVAILABLE'), next_status = NULL,
         location = end_location, updated_at = now(),
         lat = CASE WHEN :moved THEN :lat ELSE lat END, lon = CASE WHEN :moved THEN :lon ELSE lon END,
         -- A station that has gone meanwhile holds up no return.
         station_id = (SELECT s.id FROM bike.stations s WHERE s.id = :stationId)
       FROM returned WHERE b.id = bike_id`,
      {
        ...{ moved: location !== undefined, lat, lon, stationId },
        returned: this.rentals
          .change('takeBack', id, back, timeOrNever(answerBy))
          .returning(['bike_id', 'end_location']),
      },
    );
    if (rowCount === 0) await this.rentals.mustBe(id, 'RETURNED');
  }

  /** The bill of that rental stands unpaid, unless it has been paid since. */
  async owe(customer: string, rentalId: string): Promise<void> {
    await this.db('bike.debts').insert({ rental_id: rentalId, customer }).onConflict('rental_id').ignore();
  }

  /** The bill is paid. Leaves a mark even where nothing was owed, so that a late word of the debt comes to nothing. */
  async oweNoMore(rentalId: string): Promise<void> {
    await this.db.raw(
      `INSERT INTO bike.debts AS d (rental_id, customer, paid_at)
       SELECT id, customer, now() FROM bike.rentals WHERE id = :rentalId
       ON CONFLICT (rental_id) DO UPDATE SET paid_at = now() WHERE d.paid_at IS NULL`,
      { rentalId },
    );
  }

  private async owes(customer: string, db: Knex): Promise<boolean> {
    const debt = await db('bike.debts')
      .where({ customer, paid_at: null })
      .first<object | undefined>('rental_id');
    return debt !== undefined;
  }
}

/** One claim of a customer at a time: each sees the bikes that the others have got. */
async function lockCustomer(tx: Knex, customer: string): Promise<void> {
  await tx.raw(`SELECT pg_advisory_xact_lock(hashtextextended('bike.claim ' || ?, 0))`, [customer]);
}

const columnsOf = ({ id, customer, bikeId }: RentBike) => ({ id, customer, bike_id: bikeId });
