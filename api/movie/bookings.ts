import { z } from 'zod';
import type { BookingRow, MovieReads } from '../../activities/movie/reads';
import type { Caller } from '../caller';
import { endpoint, type Api } from '../endpoint';
import { Problem } from '../problems';
import { progressRoute } from '../progress';
import { cursorOf, listOf, Page, pageOf, typeId } from '../schemas';
import { BookingStatuses, bookingView, BookingView } from './views';

const Id = z.strictObject({ id: typeId('bkg') });
const Filter = Page.extend({
  cursor: cursorOf('bkg'),
  status: BookingStatuses.optional(),
  screeningId: typeId('scr').optional(),
});

/** Bookings as they are: read by their owner and the staff. */
export function bookingRoutes(api: Api): void {
  const { movieReads } = api.deps;
  const tag = 'Movie';

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/bookings',
      summary: 'Bookings, newest first: your own, or all for the staff',
      tag,
      who: ['customer', 'staff', 'admin'],
      query: Filter,
      answers: { 200: listOf(BookingView) },
    },
    async ({ caller, query }) => {
      const { limit, cursor: before, status, screeningId } = query;
      const customer = seesAll(caller) ? undefined : caller.user;
      const rows = await movieReads.bookings({ customer, status, screeningId, before, limit: limit + 1 });
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { data: page.map((row) => bookingView(row, caller)), nextCursor } };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/bookings/{id}',
      summary: 'A booking',
      tag,
      who: ['customer', 'staff', 'admin'],
      params: Id,
      answers: { 200: BookingView },
    },
    async ({ caller, params }) => ({
      status: 200,
      body: bookingView(await visibleBooking(movieReads, params.id, caller), caller),
    }),
  );

  progressRoute(api, {
    things: 'bookings',
    prefix: 'bkg',
    tag,
    service: 'movie',
    find: (id, caller) => visibleBooking(movieReads, id, caller),
  });
}

/**
 * A booking that the caller may know of: their own, or any for the staff.
 * @throws Problem not-found: another customer's booking does not exist
 */
export async function visibleBooking(
  movieReads: MovieReads,
  id: string,
  caller: Caller,
  whose: 'own' | 'any' = 'any',
): Promise<BookingRow> {
  const booking = await movieReads.booking(id);
  const mine = booking?.customer === caller.user;
  if (!booking || !(mine || (whose === 'any' && seesAll(caller)))) throw new Problem('not-found');
  return booking;
}

const seesAll = ({ roles }: Caller) => roles.includes('staff') || roles.includes('admin');
