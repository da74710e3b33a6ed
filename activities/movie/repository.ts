import type { Knex } from 'knex';
import { BOOKING, type BookingStatus, type BookSeats } from '../../workflows/movie/contract';
import type { MoneyBack } from '../../workflows/payment/contract';
import { refusal } from '../refusal';
import { Rows } from '../rows';
import type { Screening } from './reads';

/** All SQL of seats and bookings. A method that changes something is one transition, safe to run again. */
export class MovieRepository {
  private readonly bookings;

  constructor(private readonly db: Knex) {
    this.bookings = new Rows(BOOKING, db);
  }

  /** @returns false when another screening has the hall at that time */
  async addScreening(screening: Screening): Promise<boolean> {
    const { movieName, startsAt, endsAt, ...same } = screening;
    const added = await this.db('movie.screenings')
      .insert({ ...same, movie_name: movieName, starts_at: startsAt, ends_at: endsAt })
      .onConflict()
      .ignore()
      .returning('id');
    return added.length === 1;
  }

  /** Takes off a screening of which nothing is held or sold. @returns false when something is */
  async removeScreening(id: string): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      // `holdSeats` locks it as well: seats that were being held when this began are seen below.
      await tx('movie.screenings').where({ id }).forUpdate().select('id');
      const removed = await tx({ s: 'movie.screenings' })
        .where({ id })
        .whereRaw(
          "NOT EXISTS (SELECT FROM movie.seat_claims WHERE screening_id = s.id AND status <> 'FREED')",
        )
        .update({ removed_at: tx.raw('COALESCE(removed_at, now())') });
      return removed === 1;
    });
  }

  /**
   * → PENDING (`held`): claims every seat for the booking, or none.
   * @throws ApplicationFailure `seat-taken` (details: the seats), `screening-started`, `movie-unavailable` (too late)
   */
  async holdSeats(order: BookSeats): Promise<void> {
    const { id, screeningId, seats, answerBy } = order;
    await this.db.transaction(async (tx) => {
      const given = tx('movie.screenings')
        .where({ id: screeningId, removed_at: null })
        .whereRaw('clock_timestamp() < starts_at')
        .forKeyShare();
      const opened = await this.bookings.in(tx).open('hold', columnsOf(order), { answerBy, given });
      if (!opened) return this.mustBeHeld(tx, order);

      const claimed = await tx.raw<{ rows: { seat: string }[] }>(
        // In one order for everyone, so that two bookings never wait for each other.
        `INSERT INTO movie.seat_claims (booking_id, screening_id, seat, status)
         SELECT :id, :screeningId, seat, 'HELD' FROM unnest(CAST(:seats AS text[])) AS seat ORDER BY seat
         ON CONFLICT DO NOTHING RETURNING seat`,
        { id, screeningId, seats },
      );
      const held = claimed.rows.map(({ seat }) => seat);
      const taken = seats.filter((seat) => !held.includes(seat));
      if (taken.length > 0) throw refusal('seat-taken', { seats: taken });
    });
  }

  private async mustBeHeld(tx: Knex, { id, answerBy }: BookSeats): Promise<void> {
    const status = await this.bookings.in(tx).statusOf(id);
    if (status === 'PENDING') return;
    const started = status === undefined && Date.now() < answerBy;
    throw refusal(started ? 'screening-started' : 'movie-unavailable');
  }

  /**
   * PENDING → FAILED (`refused`), its seats free. Also where nothing was held: a late hold comes to nothing.
   * @returns the booking's status afterwards: a booking that is BOOKED stays so
   */
  async freeSeats(order: BookSeats, failure: string): Promise<BookingStatus> {
    return this.db.transaction(async (tx) => {
      const status = await this.bookings.in(tx).decide('refuse', columnsOf(order), { failure });
      if (status === 'FAILED')
        await tx('movie.seat_claims')
          .where({ booking_id: order.id, status: 'HELD' })
          .update({ status: 'FREED' });
      return status;
    });
  }

  /**
   * PENDING → BOOKED (`booked`), in time and paid; its seats are sold.
   * @throws ApplicationFailure `movie-unavailable` when it was refused meanwhile or the time is up
   */
  async confirm(id: string, paymentId: string): Promise<void> {
    const answerBy = this.db.raw('answer_by');
    const booked = this.bookings.change('confirm', id, { payment_id: paymentId }, answerBy);
    if (!(await this.withSeats(booked, 'SOLD'))) await this.bookings.mustBe(id, 'BOOKED');
  }

  /** BOOKED, its ticket WAITING → ISSUED (`ticket-issued`) */
  async ticketIssued(id: string): Promise<void> {
    await this.db('movie.bookings')
      .where({ id, status: 'BOOKED', ticket: 'WAITING' })
      .update({ ticket: 'ISSUED', updated_at: this.db.fn.now() });
  }

  /** BOOKED → CANCELLED, refunded in full or not at all, its seats free. */
  async cancel(id: string, money: MoneyBack = 'REFUNDED'): Promise<void> {
    const refunded = money === 'REFUNDED' ? this.db.raw('total_price') : 0;
    await this.withSeats(this.bookings.change('cancel', id, { refunded }), 'FREED');
  }

  /** Changes a booking and its seats in one statement. @returns whether the booking changed */
  private async withSeats(booking: Knex.QueryBuilder, seats: 'SOLD' | 'FREED'): Promise<boolean> {
    const { rowCount } = await this.db.raw<{ rowCount: number }>(
      `WITH booked AS (:booking)
       UPDATE movie.seat_claims SET status = :seats FROM booked WHERE booking_id = booked.id`,
      { booking: booking.returning('id'), seats },
    );
    return rowCount > 0;
  }

  /**
   * BOOKED → COLLECTED (`collected`), in time.
   * @throws ApplicationFailure `movie-unavailable` when the time is up
   */
  async collect(id: string, answerBy: Date): Promise<void> {
    await this.bookings.changeInTime('collect', id, answerBy, { ticket: 'COLLECTED' }, ['COLLECTED']);
  }

  /** BOOKED → NO_SHOW (`no-show`) */
  async noShow(id: string): Promise<void> {
    await this.bookings.change('miss', id);
  }
}

const columnsOf = (order: BookSeats) => ({
  id: order.id,
  customer: order.customer,
  screening_id: order.screeningId,
  seats: order.seats,
  total_price: order.totalPrice,
  payment_method: order.payment.method,
  answer_by: new Date(order.answerBy),
});
