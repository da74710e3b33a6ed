import { lifecycle } from '../lifecycle';
import type { PaymentMeans } from '../payment/contract';
import type { StepView } from '../progress';

export const BOOKING = lifecycle({
  table: 'movie.bookings',
  unfinished: ['PENDING', 'BOOKED'],
  acts: {
    hold: { from: [null], to: 'PENDING', tells: 'movie.held' },
    confirm: { from: ['PENDING'], to: 'BOOKED', tells: 'movie.booked' },
    collect: {
      from: ['BOOKED'],
      to: 'COLLECTED',
      tells: 'movie.collected',
      refused: { COLLECTED: 'already-collected', CANCELLED: 'cancelled', NO_SHOW: 'no-show' },
    },
    cancel: {
      from: ['BOOKED'],
      to: 'CANCELLED',
      tells: 'movie.cancelled',
      refused: { COLLECTED: 'already-collected', CANCELLED: 'already-cancelled', NO_SHOW: 'no-show' },
    },
    miss: { from: ['BOOKED'], to: 'NO_SHOW', tells: 'movie.no-show' },
    refuse: { from: [null, 'PENDING'], to: 'FAILED', tells: 'movie.refused' },
  },
});
export type BookingStatus = (typeof BOOKING.statuses)[number];

/** Codes of seed 003 ("M2"): booked 1, ticket collected 2, cancelled 9. */
export const BOOKING_STATUS_CODES = {
  PENDING: null,
  BOOKED: 1,
  COLLECTED: 2,
  CANCELLED: 9,
  NO_SHOW: null,
  FAILED: null,
} as const satisfies Record<BookingStatus, number | null>;

export const SEAT_STATUSES = ['FREE', 'HELD', 'SOLD'] as const;
export type SeatStatus = (typeof SEAT_STATUSES)[number];

export const TICKET_STATUSES = ['WAITING', 'ISSUED', 'COLLECTED'] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** What bookSeats is started with. The workflow's id is the booking's id. */
export interface BookSeats {
  id: string;
  customer: string;
  screeningId: string;
  /** Such as "1A": row, then column letter. */
  seats: string[];
  /** Whole KRW, computed by the server (M1). */
  totalPrice: number;
  payment: PaymentMeans;
  /** Epoch milliseconds; not booked by then, never booked. */
  answerBy: number;
  /** Epoch milliseconds. */
  startsAt: number;
  endsAt: number;
}

/** What a booking carries into a new run. */
export interface CarriedBooking {
  ticketIssued: boolean;
  steps: StepView[];
  /** BOOKED unless said. */
  status?: 'BOOKED' | 'CANCELLED';
  /** The run before was lost, whatever it was doing (P5). */
  lost?: boolean;
}

/** Names of the failures that a customer may meet; api/problems.ts gives each its answer. */
export type MovieFailure =
  | 'seat-taken'
  | 'screening-started'
  | 'already-collected'
  | 'already-cancelled'
  | 'cancelled'
  | 'no-show'
  | 'too-late'
  | 'conflict'
  | 'movie-unavailable';
