import { z } from 'zod';
import type { Screening } from '../../activities/movie/reads';
import type { bookSeats } from '../../workflows/movie/book-seats';
import type { BookSeats } from '../../workflows/movie/contract';
import { booked } from '../../workflows/movie/messages';
import { hasSeat, lastSeatOf, priceOf } from '../../workflows/movie/policy';
import { krw, utc } from '../../workflows/wording';
import type { Deps } from '../deps';
import { endpoint, type Api } from '../endpoint';
import { CARD } from '../examples';
import type { Operation } from '../idempotency';
import { refuseUnknownToken, Payment } from '../payment/means';
import { Problem, problemOf } from '../problems';
import type { Beginning } from '../beginning';
import { IdInBody, Money } from '../schemas';
import { says } from '../validation-words';
import { bookingView, BookingView } from './views';

const NewBooking = z.strictObject({
  screeningId: IdInBody,
  seats: z
    .array(z.string().min(1).max(10))
    .min(1)
    .max(20)
    .refine((seats) => new Set(seats).size === seats.length, says('seat twice'))
    .meta({ uniqueItems: true, description: 'Row, then column letter: "1A"' }),
  totalPrice: Money.optional(),
  payment: Payment,
});

/** Seed 003, M1–M3: a customer books seats and pays, in one act. */
export function purchaseRoutes(api: Api): void {
  const { deps } = api;
  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/bookings',
      summary: 'Book seats and pay for them',
      tag: 'Movie',
      who: ['customer'],
      body: NewBooking,
      example: (offer) => ({ screeningId: offer('scr'), seats: [offer('seat')], payment: CARD }),
      answers: { 201: BookingView },
      problems: [
        'payment-declined',
        'seat-taken',
        'screening-started',
        'unknown-screening',
        'unknown-seat',
        'unknown-token',
        'price-mismatch',
        'payment-unavailable',
        'movie-unavailable',
      ],
      makes: 'bkg',
    },
    async ({ caller, body, operation }) => {
      const booking = await deps.sagas.make(operation, {
        read: (id) => deps.movieReads.booking(id),
        isOpen: ({ status }) => status === 'PENDING',
        saga: async () => {
          refuseUnknownToken(deps.config, body.payment);
          const screening = await sellable(deps, body, operation);
          return bookingSaga(deps, orderOf(caller.user, screening, body, operation), screening);
        },
      });
      if (!booking || booking.status === 'FAILED')
        throw problemOf(booking?.failure, 'movie-unavailable', { seats: booking?.seats ?? [] });
      return { status: 201, location: `/v1/bookings/${booking.id}`, body: bookingView(booking, caller) };
    },
  );
}

/** The screening, if these seats of it can be sold at all: what can be seen beforehand starts no saga. */
async function sellable(
  { movieReads }: Deps,
  wanted: z.output<typeof NewBooking>,
  { askedBefore }: Operation,
): Promise<Screening> {
  const found = await movieReads.seats(wanted.screeningId, wanted.seats);
  if (!found) throw new Problem('unknown-screening');
  const { screening, taken } = found;
  const unknown = wanted.seats.filter((seat) => !hasSeat(screening, seat));
  if (unknown.length > 0) throw new Problem('unknown-seat', { seats: unknown, last: lastSeatOf(screening) });
  const { totalPrice } = wanted;
  if (totalPrice !== undefined && totalPrice !== priceOf(wanted.seats, screening.price))
    throw new Problem('price-mismatch');
  if (screening.startsAt.getTime() <= Date.now()) throw new Problem('screening-started');
  // Asked before, the seats may be taken by this very booking.
  if (!askedBefore && taken.size > 0) throw new Problem('seat-taken', { seats: [...taken.keys()].sort() });
  return screening;
}

const orderOf = (
  customer: string,
  screening: Screening,
  { seats, payment }: z.output<typeof NewBooking>,
  { thingId, answerBy }: Operation,
): BookSeats => ({
  id: thingId,
  customer,
  screeningId: screening.id,
  seats,
  totalPrice: priceOf(seats, screening.price),
  payment,
  answerBy,
  startsAt: screening.startsAt.getTime(),
  endsAt: screening.endsAt.getTime(),
});

const bookingSaga = (
  { movie }: Deps,
  order: BookSeats,
  screening: Screening,
): Beginning<typeof bookSeats> => ({
  service: 'movie',
  workflow: 'bookSeats',
  args: [order],
  answer: booked,
  customer: order.customer,
  circuit: order.payment.method,
  summary: `${order.seats.join(', ')} · ${screening.movieName} · ${krw(order.totalPrice)}`,
  about: {
    movie: `${screening.movieName}, ${utc(order.startsAt)}`,
    seats: order.seats.join(', '),
    price: `${krw(order.totalPrice)} by ${order.payment.method}`,
  },
  refuse: (failure) => movie.freeSeats(order, failure),
});
