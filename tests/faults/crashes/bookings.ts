import { PaymentRepository } from '../../../activities/payment/repository';
import type { BookSeats } from '../../../workflows/movie/contract';
import { card, Cinema } from '../../cinema';
import type { Answer } from '../../test-client';
import { ticketIssued } from '../rest';
import { type Play, type Row, type Scenario, start, statusIn } from './scenario';

const end = statusIn('movie.bookings');

const booking = (token = 'tok_ok'): Scenario => ({
  name: `booking, ${token}`,
  prepare: async ({ stack, customer }) => {
    const cinema = await Cinema.open(stack);
    return () => cinema.book(customer, ['1A'], card(token));
  },
  end,
});

const booked = (name: string, ask: (play: Play, id: string) => Promise<Answer>): Scenario => ({
  name,
  isAct: true,
  prepare: async (play) => {
    const cinema = await Cinema.open(play.stack);
    const id = await cinema.booked(play.customer, ['1A']);
    await ticketIssued(play.stack, id);
    return () => ask(play, id);
  },
  end,
});
const cancelling = booked('cancelling a booking', ({ customer }, id) =>
  customer.post(`/v1/bookings/${id}/cancel`),
);
const collecting = booked('collecting a ticket', ({ staff }, id) => staff.post(`/v1/bookings/${id}/collect`));

/** What happens with a booking that has its ticket, and for nobody who waits for an answer. */
const withBooking = (
  name: string,
  act: (play: Play, cinema: Cinema, id: string) => Promise<void>,
): Scenario => ({
  name,
  prepare: async (play) => {
    const cinema = await Cinema.open(play.stack);
    const id = await cinema.booked(play.customer, ['1A']);
    await ticketIssued(play.stack, id);
    return async () => {
      await act(play, cinema, id);
      return undefined;
    };
  },
  end,
});

/** Its workflow is ended, and goes on in a new run. */
const goingOn = (
  name: string,
  carried: object,
  times: () => Pick<BookSeats, 'startsAt' | 'endsAt'>,
): Scenario =>
  withBooking(name, async (play, cinema, id) => {
    const order: BookSeats = {
      ...{ id, customer: play.customer.user, screeningId: cinema.screeningId },
      ...{
        seats: ['1A'],
        totalPrice: cinema.price,
        payment: { method: 'card', token: 'tok_ok' },
        answerBy: 0,
        ...times(),
      },
    };
    await (await play.stack.temporal).workflow.getHandle(id).terminate('the test continues it');
    await start(play, 'movie', 'bookSeats', id, [order, { ticketIssued: true, steps: [], ...carried }]);
  });
const missing = goingOn('missing a screening', {}, () => ({
  startsAt: Date.now() - 2,
  endsAt: Date.now() - 1,
}));
const resuming = goingOn('resuming a booking that was lost', { lost: true }, () => ({
  startsAt: Date.now() + 3_600_000,
  endsAt: Date.now() + 7_200_000,
}));

/** The provider made the refund of a cancel that had been given up on. */
const refundedLate = withBooking('refunding a booking late', async (play, { price }, id) => {
  const { stack } = play;
  const [key, charge_key] = [`${id}/refund`, `${id}/charge`];
  await stack.db('payment.refunds').insert({ key, charge_key, amount: price, state: 'NOT_REFUNDED' });
  const payment = new PaymentRepository(stack.db);
  const { provider_charge_id: charge } = await payment.charge(charge_key);
  await stack.provider.refund(charge ?? '', price, `${key}/1`);
  await payment.refundLate((await payment.refund(key))!);
  const { id: entry } = await stack.db('payment.parked').where({ key }).first<{ id: string }>('id');
  await start(play, 'payment', 'followLateRefund', entry, [id, key]);
});

export const BOOKINGS: Row[] = [
  ['payment', 'charge', booking(), [503, 'FAILED'], [503, 'FAILED']],
  ['payment', 'giveBack', booking('tok_error_after'), [503, 'FAILED'], [503, 'FAILED']],
  // The provider alone knows; the customer is told in time when a worker comes back in time.
  ['payment', 'refund', cancelling, [503, 'BOOKED'], [[200, 503], 'CANCELLED']],
  [
    'payment',
    'settleRefund',
    { ...cancelling, fails: { refund: 'lost' } },
    [[200, 503], 'CANCELLED'],
    [[200, 503], 'CANCELLED'],
  ],
  ['payment', 'checkLateRefund', refundedLate, ['none', 'CANCELLED'], ['none', 'CANCELLED']],
  ['payment', 'closeLateRefund', refundedLate, ['none', 'CANCELLED'], ['none', 'CANCELLED']],
  ['payment', 'refundBegun', resuming, ['none', 'BOOKED'], ['none', 'BOOKED']],

  ['boxoffice', 'issueTicket', booking(), [201, 'BOOKED'], [201, 'BOOKED']],
  ['boxoffice', 'handTicketOut', collecting, [503, 'BOOKED'], [503, 'BOOKED']],
  [
    'boxoffice',
    'takeTicketBack',
    { ...collecting, fails: { handTicketOut: 'lost' } },
    [503, 'BOOKED'],
    [503, 'BOOKED'],
  ],
  ['boxoffice', 'voidTicket', cancelling, [200, 'CANCELLED'], [200, 'CANCELLED']],

  ['movie', 'holdSeats', booking(), [503, 'FAILED'], [503, 'FAILED']],
  ['movie', 'confirm', booking(), [503, 'FAILED'], [201, 'BOOKED']],
  ['movie', 'freeSeats', booking('tok_declined'), [503, 'FAILED'], [402, 'FAILED']],
  ['movie', 'ticketIssued', booking(), [201, 'BOOKED'], [201, 'BOOKED']],
  ['movie', 'cancel', cancelling, [[200, 503], 'CANCELLED'], [200, 'CANCELLED']],
  ['movie', 'collect', collecting, [503, 'BOOKED'], [200, 'COLLECTED']],
  ['movie', 'noShow', missing, ['none', 'NO_SHOW'], ['none', 'NO_SHOW']],
];
