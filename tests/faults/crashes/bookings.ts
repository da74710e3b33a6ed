import type { ChargeRow } from '../../../activities/payment/charge';
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

/** Its workflow lives on in a new run, for which the screening is over. */
const missing: Scenario = {
  name: 'missing a screening',
  prepare: async (play) => {
    const { stack, customer } = play;
    const cinema = await Cinema.open(stack);
    const id = await cinema.booked(customer, ['1A']);
    await ticketIssued(stack, id);
    return async () => {
      const now = Date.now();
      const order: BookSeats = {
        id,
        customer: customer.user,
        screeningId: cinema.screeningId,
        seats: ['1A'],
        totalPrice: cinema.price,
        payment: { method: 'card', token: 'tok_ok' },
        answerBy: now,
        startsAt: now - 2,
        endsAt: now - 1,
      };
      await (await stack.temporal).workflow.getHandle(id).terminate('the test continues it');
      await start(play, 'movie', 'bookSeats', id, [order, { ticketIssued: true, steps: [] }]);
      return undefined;
    };
  },
  end,
};

/** Its workflow was lost, and goes on in a new one. */
const resuming: Scenario = {
  name: 'resuming a booking',
  prepare: async (play) => {
    const { stack, customer } = play;
    const cinema = await Cinema.open(stack);
    const id = await cinema.booked(customer, ['1A']);
    await ticketIssued(stack, id);
    return async () => {
      const order: BookSeats = {
        id,
        customer: customer.user,
        screeningId: cinema.screeningId,
        seats: ['1A'],
        totalPrice: cinema.price,
        payment: { method: 'card', token: '' },
        answerBy: 0,
        startsAt: Date.now() + 3_600_000,
        endsAt: Date.now() + 7_200_000,
      };
      await (await stack.temporal).workflow.getHandle(id).terminate('the test continues it');
      await start(play, 'movie', 'bookSeats', id, [order, { ticketIssued: true, steps: [], lost: true }]);
      return undefined;
    };
  },
  end,
};

/** The provider made the refund of a cancel that had been given up on. */
const refundedLate: Scenario = {
  name: 'refunding a booking late',
  prepare: async (play) => {
    const { stack, customer } = play;
    const cinema = await Cinema.open(stack);
    const id = await cinema.booked(customer, ['1A']);
    await ticketIssued(stack, id);
    const charge_key = `${id}/charge`;
    return async () => {
      const refund = { key: `${id}/refund`, charge_key, amount: cinema.price, state: 'NOT_REFUNDED' };
      await stack.db('payment.refunds').insert(refund);
      const charge = await stack.db('payment.charges').where({ key: charge_key }).first<ChargeRow>();
      await stack.provider.refund(charge.provider_charge_id ?? '', cinema.price, `${id}/refund/1`);
      const payment = new PaymentRepository(stack.db);
      await payment.refundLate((await payment.refund(refund.key))!);
      const { id: entry } = await stack
        .db('payment.parked')
        .where({ key: refund.key })
        .first<{ id: string }>('id');
      await start(play, 'payment', 'followLateRefund', entry, [id, refund.key]);
      return undefined;
    };
  },
  end,
};

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
