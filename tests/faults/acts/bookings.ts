import { card } from '../../cinema';
import type { Answer } from '../../test-client';
import { ticketIssued } from '../rest';
import type { Act, Scene, Step } from './act';

/** Past `answerBy` a booking is refused. */
const booking = (token?: string): Act => ({
  of: 'movie.bookings',
  answeredWithinMs: 6_000,
  prepare: ({ cinema, minji }) => Promise.resolve(() => cinema.book(minji, ['1A'], card(token))),
});

const deciding = (decide: (scene: Scene, id: string) => Promise<Answer>): Act => ({
  of: 'movie.bookings',
  prepare: async (scene) => {
    const { cinema, minji, fleet } = scene;
    const id = await cinema.booked(minji, ['1A']);
    await ticketIssued(fleet.stack, id);
    return () => decide(scene, id);
  },
});
const cancelling = deciding(({ minji }, id) => minji.post(`/v1/bookings/${id}/cancel`));
const collecting = deciding(({ staff }, id) => staff.post(`/v1/bookings/${id}/collect`));

export const BOOKINGS: Step[] = [
  ['payment', 'charge', booking(), [503, 'FAILED'], [503, 'FAILED']],
  ['payment', 'giveBack', booking('tok_error_after'), [503, 'FAILED'], [503, 'FAILED']],
  // The provider alone knows; the customer is told in time when a worker comes back in time.
  ['payment', 'refund', cancelling, [503, 'BOOKED'], [[200, 503], 'CANCELLED']],

  ['boxoffice', 'issueTicket', booking(), [201, 'BOOKED'], [201, 'BOOKED']],
  ['boxoffice', 'handTicketOut', collecting, [503, 'BOOKED'], [503, 'BOOKED']],
  ['boxoffice', 'voidTicket', cancelling, [200, 'CANCELLED'], [200, 'CANCELLED']],

  ['movie', 'holdSeats', booking(), [503, 'FAILED'], [503, 'FAILED']],
  ['movie', 'confirm', booking(), [503, 'FAILED'], [201, 'BOOKED']],
  ['movie', 'freeSeats', booking('tok_declined'), [503, 'FAILED'], [402, 'FAILED']],
  ['movie', 'ticketIssued', booking(), [201, 'BOOKED'], [201, 'BOOKED']],
  ['movie', 'cancel', cancelling, [[200, 503], 'CANCELLED'], [200, 'CANCELLED']],
  ['movie', 'collect', collecting, [503, 'BOOKED'], [200, 'COLLECTED']],
];
