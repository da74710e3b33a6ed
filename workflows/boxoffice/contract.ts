/** Names of the failures that a caller may meet; api/problems.ts gives each its answer. */
export type BoxofficeFailure =
  'ticket-not-issued' | 'already-collected' | 'cancelled' | 'boxoffice-unavailable';

/** What the box office prints on a ticket. */
export interface TicketOrder {
  bookingId: string;
  screeningId: string;
  seats: string[];
}
