import { z } from 'zod';
import { endpoint, type Api } from '../endpoint';
import { bookingView, BookingView } from '../movie/views';

const NEWEST = 10;

const MePage = z
  .strictObject({ customer: z.string(), bookings: z.array(BookingView) })
  .meta({ id: 'MePage' });

/** Seed 003: a customer sees the state of their bookings on one page. */
export function meRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/me',
      summary: "The customer's page: the newest of everything",
      tag: 'Me',
      who: 'signed-in',
      answers: { 200: MePage },
    },
    async ({ caller }) => {
      const bookings = await api.deps.movieReads.bookings({ customer: caller.user, limit: NEWEST });
      return { status: 200, body: { customer: caller.user, bookings: bookings.map(bookingView) } };
    },
  );
}
