import type { PaymentMeans } from '../payment/contract';
import type { StepView } from '../progress';

/** Statuses of a booking and the codes of seed 003 ("M2"): booked 1, ticket collected 2, cancelled 9. */
export const BOOKING_STATUS_CODES = {
  PENDING: null,
  BOOKED: 1,
  COLLECTED: 2,
  CANCELLED: 9,
  NO_SHOW: null,
  FAILED: null,
} as const;
export type BookingStatus = keyof typeof BOOKING_STATUS_CODES;

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
