import type { Knex } from 'knex';
import type { BookingStatus, BookSeats } from '../../workflows/movie/contract';
import type { MoneyBack } from '../../workflows/payment/contract';
import { refusal } from '../refusal';
import type { Screening } from './reads';

/** All SQL of seats and bookings. A method that changes something is one transition, safe to run again. */
export class MovieRepository {
  constructor(private readonly db: Knex) {}

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

  /**
   * Claims every seat for the booking, or none.
   * @throws ApplicationFailure `seat-taken` (details: the seats), `screening-started`, `movie-unavailable` (too late)
   */
  async holdSeats(order: BookSeats): Promise<void> {
    await this.db.transaction(async (tx) => {
      const opened = await tx.raw<Rows<{ id: string }>>(
        `INSERT INTO movie.bookings (id, customer, screening_id, seats, total_price, status, payment_method, answer_by)
         SELECT :id, :customer, s.id, :seats, :totalPrice, 'PENDING', :method, :answerBy
         FROM movie.screenings s
         WHERE s.id = :screeningId AND clock_timestamp() < LEAST(s.starts_at, :answerBy)
         ON CONFLICT (id) DO NOTHING RETURNING id`,
        bookingBindings(order),
      );
      if (opened.rows.length === 0) return this.mustBeHeld(tx, order);

      const claimed = await tx.raw<Rows<{ seat: string }>>(
        // In one order for everyone, so that two bookings never wait for each other.
        `INSERT INTO movie.seat_claims (booking_id, screening_id, seat, status)
         SELECT :id, :screeningId, seat, 'HELD' FROM unnest(CAST(:seats AS text[])) AS seat ORDER BY seat
         ON CONFLICT DO NOTHING RETURNING seat`,
        { id: order.id, screeningId: order.screeningId, seats: order.seats },
      );
      const held = claimed.rows.map(({ seat }) => seat);
      const taken = order.seats.filter((seat) => !held.includes(seat));
      if (taken.length > 0) throw refusal('seat-taken', { seats: taken });
    });
  }

  private async mustBeHeld(tx: Knex, order: BookSeats): Promise<void> {
    const before = await tx('movie.bookings')
      .where({ id: order.id })
      .first<{ status: string } | undefined>('status');
    if (before?.status === 'PENDING') return;
    const started = !before && Date.now() < order.answerBy;
    throw refusal(started ? 'screening-started' : 'movie-unavailable');
  }

  /**
   * PENDING → FAILED, its seats free. Leaves a mark even where nothing was held, so that a late hold comes to nothing.
   * @returns the booking's status afterwards: a booking that stands is left standing
   */
  async freeSeats(order: BookSeats, failure: string): Promise<BookingStatus> {
    return this.db.transaction(async (tx) => {
      await tx.raw(
        `INSERT INTO movie.bookings AS b
           (id, customer, screening_id, seats, total_price, status, payment_method, answer_by, failure)
         VALUES (:id, :customer, :screeningId, :seats, :totalPrice, 'FAILED', :method, :answerBy, :failure)
         ON CONFLICT (id) DO UPDATE SET status = 'FAILED', failure = :failure, updated_at = now()
         WHERE b.status = 'PENDING'`,
        { ...bookingBindings(order), failure },
      );
      await tx.raw(
        `UPDATE movie.seat_claims SET status = 'FREED' WHERE booking_id = :id AND status = 'HELD'
         AND EXISTS (SELECT FROM movie.bookings WHERE id = :id AND status = 'FAILED')`,
        { id: order.id },
      );
      return this.statusOf(order.id, tx);
    });
  }

  /**
   * PENDING → BOOKED, in time and paid; its seats are sold.
   * @throws ApplicationFailure `movie-unavailable` when it was refused meanwhile or the time is up
   */
  async confirm(id: string, paymentId: string): Promise<void> {
    const sold = await this.db.raw<{ rowCount: number }>(
      `WITH booked AS (
         UPDATE movie.bookings SET status = 'BOOKED', payment_id = :paymentId, updated_at = now()
         WHERE id = :id AND status = 'PENDING' AND clock_timestamp() < answer_by RETURNING id)
       UPDATE movie.seat_claims SET status = 'SOLD' FROM booked WHERE booking_id = booked.id`,
      { id, paymentId },
    );
    if (sold.rowCount === 0 && (await this.statusOf(id)) !== 'BOOKED') throw refusal('movie-unavailable');
  }

  /** WAITING → ISSUED */
  async ticketIssued(id: string): Promise<void> {
    await this.db('movie.bookings')
      .where({ id, status: 'BOOKED', ticket: 'WAITING' })
      .update({ ticket: 'ISSUED', updated_at: this.db.fn.now() });
  }

  /** BOOKED → CANCELLED, refunded in full or not at all, its seats free. */
  async cancel(id: string, money: MoneyBack = 'REFUNDED'): Promise<void> {
    await this.db.raw(
      `WITH cancelled AS (
         UPDATE movie.bookings SET status = 'CANCELLED', updated_at = now(),
           refunded = CASE WHEN :refunded THEN total_price ELSE 0 END
         WHERE id = :id AND status = 'BOOKED' RETURNING id)
       UPDATE movie.seat_claims SET status = 'FREED' FROM cancelled WHERE booking_id = cancelled.id`,
      { id, refunded: money === 'REFUNDED' },
    );
  }

  /**
   * BOOKED → COLLECTED, in time.
   * @throws ApplicationFailure `movie-unavailable` when the time is up
   */
  async collect(id: string, answerBy: Date): Promise<void> {
    const collected = await this.db('movie.bookings')
      .where({ id, status: 'BOOKED' })
      .whereRaw('clock_timestamp() < ?', [answerBy])
      .update({ status: 'COLLECTED', ticket: 'COLLECTED', updated_at: this.db.fn.now() });
    if (collected === 0 && (await this.statusOf(id)) !== 'COLLECTED') throw refusal('movie-unavailable');
  }

  /** BOOKED → NO_SHOW */
  async noShow(id: string): Promise<void> {
    await this.db('movie.bookings')
      .where({ id, status: 'BOOKED' })
      .update({ status: 'NO_SHOW', updated_at: this.db.fn.now() });
  }

  /** How it stands once nobody is at it any more: a try that was given up on may still be about to commit. */
  private async statusOf(id: string, db: Knex = this.db): Promise<BookingStatus> {
    const row = await db('movie.bookings')
      .where({ id })
      .forUpdate()
      .first<{ status: BookingStatus } | undefined>('status');
    if (!row) throw new Error(`no booking ${id}`);
    return row.status;
  }
}

interface Rows<T> {
  rows: T[];
}

const bookingBindings = (order: BookSeats) => ({
  id: order.id,
  customer: order.customer,
  screeningId: order.screeningId,
  seats: order.seats,
  totalPrice: order.totalPrice,
  method: order.payment.method,
  answerBy: new Date(order.answerBy),
});
