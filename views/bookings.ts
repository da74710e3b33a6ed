import type { Knex } from 'knex';
import type { BookingRow } from '../activities/movie/reads';
import type { Booking } from '../events/shapes';
import type { BookingStatus } from '../workflows/movie/contract';
import type { View } from './view';

export interface BookingFilter {
  customer?: string | undefined;
  status?: BookingStatus | undefined;
  screeningId?: string | undefined;
  limit: number;
  /** The id of the last one seen: ids grow with time. */
  before?: string | undefined;
}

const BOOKING = {
  id: 'id',
  customer: 'customer',
  screeningId: 'screening_id',
  movieName: 'movie_name',
  startsAt: 'starts_at',
  endsAt: 'ends_at',
  seats: 'seats',
  totalPrice: 'total_price',
  status: 'status',
  ticket: 'ticket',
  paymentId: 'payment_id',
  paymentMethod: 'payment_method',
  refunded: 'refunded',
  failure: 'failure',
};

/** Bookings as they are after their last event (seed 003, M2). */
export const bookings: View = {
  name: 'bookings',
  sources: ['movie'],
  key: 'id',
  columnsOf: ({ type, subject, customer, data }) => {
    if (type === 'movie.screening-added') return undefined;
    const b = data as unknown as Booking;
    return {
      id: subject,
      customer,
      screening_id: b.screeningId,
      movie_name: b.movieName,
      starts_at: b.startsAt,
      ends_at: b.endsAt,
      seats: b.seats,
      total_price: b.totalPrice,
      status: b.status,
      ticket: b.ticket,
      payment_id: b.paymentId,
      payment_method: b.paymentMethod,
      refunded: b.refunded,
      failure: b.failure,
    };
  },
};

/** Newest first. */
export async function bookingsIn(
  db: Knex,
  { customer, status, screeningId, limit, before }: BookingFilter,
): Promise<BookingRow[]> {
  const query = db('views.bookings').orderBy('id', 'desc').limit(limit);
  if (customer !== undefined) void query.where({ customer });
  if (status !== undefined) void query.where({ status });
  if (screeningId !== undefined) void query.where({ screening_id: screeningId });
  if (before !== undefined) void query.where('id', '<', before);
  return query.select<BookingRow[]>(BOOKING);
}
