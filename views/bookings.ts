import type { Booking } from '../activities/movie/events';
import type { View } from './view';

/** Of the page: a booking's property → its column. */
const BOOKING_COLUMNS = {
  id: 'id',
  customer: 'customer',
  screeningId: 'screening_id',
  movieName: 'movie_name',
  hall: 'hall',
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
  page: { columns: BOOKING_COLUMNS },
  columnsOf: ({ type, subject, customer, data }) => {
    if (type.startsWith('movie.screening-')) return undefined;
    const b = data as unknown as Booking;
    return {
      id: subject,
      customer,
      screening_id: b.screeningId,
      movie_name: b.movieName,
      hall: b.hall,
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
