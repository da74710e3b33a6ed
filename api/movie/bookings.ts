import { z } from 'zod';
import type { BookingRow, MovieReads } from '../../activities/movie/reads';
import type { Caller } from '../caller';
import { endpoint, type Api } from '../endpoint';
import { listRoute } from '../list';
import { Problem } from '../problems';
import { progressRoute } from '../progress';
import { typeId } from '../schemas';
import { BookingStatuses, bookingView, BookingView } from './views';

const Id = z.strictObject({ id: typeId('bkg') });

/** Bookings as they are: read by their owner and the staff. */
export function bookingRoutes(api: Api): void {
  const { movieReads } = api.deps;
  const tag = 'Movie';

  listRoute(api, {
    path: '/v1/bookings',
    summary: 'Bookings: your own, or all for the staff',
    tag,
    who: ['customer', 'staff', 'admin'],
    seesAll,
    prefix: 'bkg',
    filter: { status: BookingStatuses.optional(), screeningId: typeId('scr').optional() },
    view: BookingView,
    read: (filter, page) => movieReads.bookings(filter, page),
    show: (rows, caller) => rows.map((row) => bookingView(row, caller)),
  });

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
