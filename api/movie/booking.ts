import { z } from 'zod';
import type { BookingRow } from '../../activities/movie/reads';
import type { MovieFailure } from '../../workflows/movie/contract';
import { cancelBooking, collectTicket } from '../../workflows/movie/messages';
import { refusedCancel, refusedCollect } from '../../workflows/movie/policy';
import type { Caller } from '../caller';
import { endpoint, type Api } from '../endpoint';
import type { Operation } from '../idempotency';
import { Problem } from '../problems';
import { ProgressView } from '../progress';
import { Undecided } from '../sagas';
import { listOf, Page, typeId } from '../schemas';
import { BookingStatuses, bookingView, BookingView } from './views';

const Id = z.strictObject({ id: typeId('bkg') });
const Filter = Page.extend({
  cursor: typeId('bkg').optional(),
  status: BookingStatuses.optional(),
  screeningId: typeId('scr').optional(),
});

/** What becomes of a booking: read by its owner and the staff, cancelled by the one, collected by the other. */
export function bookingOutcomeRoutes(api: Api): void {
  const { movieReads, sagas } = api.deps;
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
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return { status: 200, body: { data: page.map(bookingView), nextCursor: last?.id ?? null } };
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
    async ({ caller, params }) => ({ status: 200, body: bookingView(await visible(params.id, caller)) }),
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/bookings/{id}/progress',
      summary: 'What the booking has been through, step by step',
      tag,
      who: ['customer', 'admin'],
      params: Id,
      answers: { 200: ProgressView },
      problems: ['history-expired', 'movie-unavailable'],
    },
    async ({ caller, params }) => {
      const booking = await visible(params.id, caller);
      const steps = await sagas.progress('movie', booking.id);
      return { status: 200, body: { workflowId: booking.id, status: booking.status, steps } };
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/bookings/{id}/cancel',
      summary: 'Cancel a booking: the money back, the seats free',
      tag,
      who: ['customer'],
      params: Id,
      answers: { 200: BookingView },
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
      const booking = await visible(params.id, caller, 'own');
      const refused = (now: BookingRow) => refusedCancel(now.status, now.startsAt.getTime(), Date.now());
      return decide(booking, 'CANCELLED', operation, refused, cancelBooking);
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
      answers: { 200: BookingView },
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
      const booking = await visible(params.id, caller);
      const refused = (now: BookingRow) => refusedCollect(now.status, now.endsAt.getTime(), Date.now());
      return decide(booking, 'COLLECTED', operation, refused, collectTicket);
    },
  );

  async function visible(id: string, caller: Caller, whose: 'own' | 'any' = 'any'): Promise<BookingRow> {
    const booking = await movieReads.booking(id);
    const mine = booking?.customer === caller.user;
    if (!booking || !(mine || (whose === 'any' && seesAll(caller)))) throw new Problem('not-found');
    return booking;
  }

  async function decide(
    booking: BookingRow,
    wanted: 'CANCELLED' | 'COLLECTED',
    operation: Operation,
    refusedNow: (booking: BookingRow) => MovieFailure | undefined,
    update: typeof cancelBooking,
  ) {
    const { id } = booking;
    const ended = operation.askedBefore && (await sagas.endedBefore(id, update, operation));
    if (!ended) {
      refuse(refusedNow(booking));
      try {
        await sagas.ask('movie', id, update, operation);
      } catch (error) {
        if (!(error instanceof Undecided)) throw error;
      }
    }
    const decided = await movieReads.booking(id);
    if (!decided) throw new Problem('not-found');
    if (decided.status !== wanted && !ended) {
      refuse(refusedNow(decided));
      throw new Problem('movie-unavailable');
    }
    return { status: 200 as const, body: bookingView(decided) };
  }
}

function refuse(refusal: MovieFailure | undefined): void {
  if (refusal) throw new Problem(refusal);
}

const seesAll = ({ roles }: Caller) => roles.includes('staff') || roles.includes('admin');
