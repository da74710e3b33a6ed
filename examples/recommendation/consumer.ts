import type { Knex } from 'knex';
import type { Booking } from '../../activities/movie/events';
import type { Event } from '../../events/event';
import type { Consumer } from '../../events/subscription';
import { SCHEMA } from './schema';

/** Keeps how many bookings of each film stand, by customer. It adds and takes away: each event must count once. */
export const interest = (db: Knex): Consumer => ({
  name: 'interest',
  sources: ['movie'],
  db,
  schema: SCHEMA,
  take: async (tx, event) => {
    const { movieName: film } = event.data as unknown as Booking;
    const table = tx({ i: 'recommendation.interest' });
    if (begins(event))
      await table
        .insert({ customer: event.customer, film, bookings: 1 })
        .onConflict(['customer', 'film'])
        .merge({ bookings: tx.raw('i.bookings + 1') });
    if (event.type === 'movie.cancelled')
      await table.where({ customer: event.customer, film }).decrement('bookings');
  },
});

/** Whether a booking stands from then on. Whoever does not turn up has booked all the same. */
function begins({ type, data }: Event): boolean {
  if (type === 'movie.booked') return true;
  // From before there were events: as it was when they began; what became of it since follows.
  const { status } = data as unknown as Booking;
  return type === 'movie.booking-recorded' && ['BOOKED', 'COLLECTED', 'NO_SHOW'].includes(status);
}
