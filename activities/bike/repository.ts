import type { Knex } from 'knex';
import type { ClaimBike, RentBike } from '../../workflows/bike/contract';
import type { Back, HireStatus, HireRow } from '../../workflows/hire';
import { timeOrNever } from '../database';
import { refusal } from '../refusal';
import { violates } from '../violation';
import type { Bike } from './reads';

/** All SQL of bikes and rentals. A method that changes something is one transition, safe to run again. */
export class BikeRepository {
  constructor(private readonly db: Knex) {}

  /** → AVAILABLE or BROKEN (B1). @param batteryLevel percent */
  async register({ id, location, batteryLevel, status }: Bike): Promise<void> {
    await this.db('bike.bikes')
      .insert({ id, location, battery_level: batteryLevel, status })
      .onConflict('id')
      .ignore();
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
        if (!(await openRental(tx, rental))) return this.mustBeOpen(tx, rental);
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

  private async mustBeOpen(tx: Knex, { id, customer, answerBy, atOnce }: ClaimBike): Promise<number> {
    const before = await this.standing(id, tx);
    if (before?.startedAt) return before.startedAt;
    if (before || Date.now() >= answerBy) throw refusal('bike-unavailable-now');
    if (await this.owes(customer, tx)) throw refusal('unpaid-bill');
    const held = await tx('bike.rentals').where({ customer, status: 'RENTED' }).select('id');
    throw refusal(held.length >= (atOnce ?? Infinity) ? 'too-many-bikes' : 'bike-unavailable');
  }

  /**
   * Leaves a mark, so that a late claim comes to nothing.
   * @returns how it stands: what was claimed before stays
   */
  async refuse({ id, customer, bikeId }: RentBike, failure: string): Promise<HireRow> {
    await this.db('bike.rentals')
      .insert({ id, customer, bike_id: bikeId, status: 'REFUSED', failure })
      .onConflict('id')
      .ignore();
    return (await this.standing(id)) ?? { status: 'REFUSED', startedAt: null };
  }

  /**
   * RENTED → RETURNED, the bike AVAILABLE, or what a report has made of it meanwhile (B3, B6).
   * @throws ApplicationFailure `bike-unavailable-now` when the time to say so is up
   */
  async takeBack(id: string, { endedAt, location, answerBy }: Back): Promise<void> {
    const { rowCount } = await this.db.raw<Changed>(
      `WITH returned AS (
         UPDATE bike.rentals SET status = 'RETURNED', ended_at = :endedAt, updated_at = now(),
           end_location = COALESCE(:location, start_location)
         WHERE id = :id AND status = 'RENTED' AND clock_timestamp() < :answerBy
         RETURNING bike_id, end_location)
       UPDATE bike.bikes b SET status = COALESCE(next_status, 'AVAILABLE'), next_status = NULL,
         location = end_location, updated_at = now()
       FROM returned WHERE b.id = bike_id`,
      {
        id,
        endedAt: new Date(endedAt),
        location: location ?? null,
        answerBy: timeOrNever(answerBy),
      },
    );
    if (rowCount === 0 && (await this.standing(id))?.status !== 'RETURNED')
      throw refusal('bike-unavailable-now');
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

  /** How it stands once nobody is at it any more: a try that was given up on may still be about to commit. */
  private async standing(id: string, db: Knex = this.db): Promise<HireRow | undefined> {
    const row = await db('bike.rentals')
      .where({ id })
      .forUpdate()
      .first<{ status: HireStatus; started_at: Date | null } | undefined>('status', 'started_at');
    return row && { status: row.status, startedAt: row.started_at?.getTime() ?? null };
  }
}

interface Changed {
  rowCount: number;
}

/** One claim of a customer at a time: each sees the bikes that the others have got. */
async function lockCustomer(tx: Knex, customer: string): Promise<void> {
  await tx.raw(`SELECT pg_advisory_xact_lock(hashtextextended('bike.claim ' || ?, 0))`, [customer]);
}

/** @returns false when it had been decided before, the bike or the customer may not, or the time is up */
async function openRental(
  tx: Knex,
  { id, customer, bikeId, tariff, startedAt, answerBy, atOnce }: ClaimBike,
): Promise<boolean> {
  const { rowCount } = await tx.raw<Changed>(
    `INSERT INTO bike.rentals (id, customer, bike_id, tariff, status, started_at, start_location)
     SELECT :id, :customer, b.id, :tariff, 'RENTED', :startedAt, b.location FROM bike.bikes b
     WHERE b.id = :bikeId AND b.status = 'AVAILABLE' AND b.removed_at IS NULL AND clock_timestamp() < :answerBy
       AND NOT EXISTS (SELECT FROM bike.debts WHERE customer = :customer AND paid_at IS NULL)
       AND (SELECT count(*) FROM bike.rentals WHERE customer = :customer AND status = 'RENTED')
         < COALESCE(:atOnce, 2147483647)
     ON CONFLICT (id) DO NOTHING`,
    {
      ...{ id, customer, bikeId, tariff, atOnce: atOnce ?? null },
      startedAt: new Date(startedAt),
      answerBy: new Date(answerBy),
    },
  );
  return rowCount === 1;
}
