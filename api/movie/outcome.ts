import { z } from 'zod';
import type { BookingRow } from '../../activities/movie/reads';
import type { MovieFailure } from '../../workflows/movie/contract';
import { cancelBooking, collectTicket } from '../../workflows/movie/messages';
import { refusedCancel, refusedCollect } from '../../workflows/movie/policy';
import type { Caller } from '../caller';
import { changed } from '../change';
import { endpoint, type Api } from '../endpoint';
import type { Operation } from '../idempotency';
import { typeId } from '../schemas';
import { visibleBooking } from './bookings';
import { bookingView, BookingView } from './views';

const Id = z.strictObject({ id: typeId('bkg') });

/** What becomes of a booking (M4, M5): cancelled by its owner, or its ticket handed out by the staff. */
export function outcomeRoutes(api: Api): void {
  const { movieReads, sagas } = api.deps;
  const tag = 'Movie';

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/bookings/{id}/cancel',
      summary: 'Cancel a booking: the money back, the seats free',
      tag,
      who: ['customer'],
      params: Id,
      answers: { 200: BookingView, 202: BookingView },
      problems: [
        'already-collected',
        'already-cancelled',
        'no-show',
        'too-late',
        'refund-refused',
        'refund-unavailable',
        'movie-unavailable',
      ],
    },
    async ({ caller, params, operation }) => {
      const booking = await visibleBooking(movieReads, params.id, caller, 'own');
      const refused = (now: BookingRow) => refusedCancel(now.status, now.startsAt.getTime(), Date.now());
      return decided(booking, 'CANCELLED', caller, operation, refused, cancelBooking);
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/bookings/{id}/collect',
      summary: 'Hand the ticket out',
      tag,
      who: ['staff'],
      params: Id,
      answers: { 200: BookingView, 202: BookingView },
      problems: [
        'already-collected',
        'cancelled',
        'no-show',
        'ticket-not-issued',
        'boxoffice-unavailable',
        'movie-unavailable',
      ],
    },
    async ({ caller, params, operation }) => {
      const booking = await visibleBooking(movieReads, params.id, caller);
      const refused = (now: BookingRow) => refusedCollect(now.status, now.endsAt.getTime(), Date.now());
      return decided(booking, 'COLLECTED', caller, operation, refused, collectTicket);
    },
  );

  async function decided(
    booking: BookingRow,
    wanted: 'CANCELLED' | 'COLLECTED',
    caller: Caller,
    operation: Operation,
    refusedNow: (booking: BookingRow) => MovieFailure | undefined,
    update: typeof cancelBooking,
  ) {
    const { status, now } = await changed(sagas, operation, {
      service: 'movie',
      row: booking,
      update,
      what: {},
      read: (id) => movieReads.booking(id),
      isDone: ({ status }) => status === wanted,
      refused: refusedNow,
    });
    return { status, body: bookingView(now, caller) };
  }
}
