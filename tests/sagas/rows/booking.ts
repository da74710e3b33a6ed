import type { BookingStatus } from '../../../workflows/movie/contract';
import { booking, cancelling, collecting, seeingItEnd, withdrawing } from '../scenarios/booking';
import { whatever } from '../faults';
import type { Row } from '../sweep';

/** Cancelled while the engine hands the saga from its first step to the next: whether that one begins is open. */
const EITHER = 'FAILED or CANCELLED';

const REFUSED_LATE = ['confirm', 'refuses', 'movie-unavailable'] as const;
const COLLECTED_LATE = ['collect', 'refuses', 'movie-unavailable'] as const;

export const ROWS: Row<BookingStatus>[] = [
  [
    booking(),
    'holdSeats',
    {
      refuses: 'FAILED',
      ...whatever('FAILED'),
      // Tried again after 2 s, within its 3 s.
      hangs: 'BOOKED',
      hangsDone: 'BOOKED',
      cancelled: EITHER,
      cancelledDone: EITHER,
    },
    'seat-taken',
  ],
  [
    booking(),
    'charge',
    { refuses: 'FAILED', ...whatever('FAILED', 'CANCELLED'), cancelledLost: 'FAILED' },
    'payment-declined',
  ],
  // Hung past the time by which the customer has an answer, it is too late to be done.
  [
    booking(),
    'confirm',
    { refuses: 'FAILED', ...whatever('BOOKED', 'CANCELLED'), hangs: 'FAILED' },
    'movie-unavailable',
  ],
  [booking(), 'issueTicket', whatever('BOOKED', 'CANCELLED')],
  [booking(), 'ticketIssued', whatever('BOOKED', 'CANCELLED')],
  [booking([...REFUSED_LATE]), 'freeSeats', whatever('FAILED')],
  [booking([...REFUSED_LATE]), 'giveBack', whatever('FAILED')],

  [
    cancelling(),
    'refund',
    { refuses: 'BOOKED', ...whatever('CANCELLED'), fails: 'BOOKED', hangs: 'BOOKED' },
    'refund-refused',
  ],
  [cancelling(['refund', 'losesAnswer']), 'settleRefund', whatever('CANCELLED')],
  [cancelling(['refund', 'fails']), 'settleRefund', whatever('BOOKED', 'CANCELLED')],
  [cancelling(), 'cancel', whatever('CANCELLED')],
  [cancelling(), 'voidTicket', whatever('CANCELLED')],

  [
    collecting(),
    'handTicketOut',
    // Who is being served is served: the operator comes too late, unless it comes to nothing.
    { refuses: 'BOOKED', ...whatever('BOOKED', 'COLLECTED'), cancelledLost: 'CANCELLED' },
    'ticket-not-issued',
  ],
  [
    collecting(),
    'collect',
    { refuses: 'BOOKED', ...whatever('COLLECTED'), hangs: 'BOOKED' },
    'movie-unavailable',
  ],
  [collecting([...COLLECTED_LATE]), 'takeTicketBack', whatever('BOOKED', 'CANCELLED')],

  [withdrawing, 'giveBack', whatever('CANCELLED')],
  [withdrawing, 'cancel', whatever('CANCELLED')],
  [withdrawing, 'voidTicket', whatever('CANCELLED')],
  [seeingItEnd, 'noShow', whatever('NO_SHOW')],
];
