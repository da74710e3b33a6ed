import { lifecycle } from '../lifecycle';

/** WAITING: there is none yet, and hand-outs of it were refused. */
export const TICKET = lifecycle({
  table: 'boxoffice.tickets',
  workflow: 'booking_id',
  unfinished: [],
  acts: {
    expect: { from: [null], to: 'WAITING' },
    issue: { from: [null, 'WAITING'], to: 'ISSUED', tells: 'boxoffice.issued' },
    handOut: {
      from: ['ISSUED'],
      to: 'COLLECTED',
      tells: 'boxoffice.handed-out',
      refused: { WAITING: 'ticket-not-issued', COLLECTED: 'already-collected', VOID: 'cancelled' },
    },
    takeBack: { from: ['COLLECTED'], to: 'ISSUED', tells: 'boxoffice.taken-back' },
    void: { from: [null, 'WAITING', 'ISSUED', 'COLLECTED'], to: 'VOID', tells: 'boxoffice.voided' },
  },
});
export type TicketStatus = (typeof TICKET.statuses)[number];

/** Names of the failures that a caller may meet; api/problems.ts gives each its answer. */
export type BoxofficeFailure =
  'ticket-not-issued' | 'already-collected' | 'cancelled' | 'boxoffice-unavailable';

/** What the box office prints on a ticket. */
export interface TicketOrder {
  bookingId: string;
  screeningId: string;
  seats: string[];
}
