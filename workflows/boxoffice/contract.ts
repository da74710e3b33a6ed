/** Names of the failures that a caller may meet; api/problems.ts gives each its answer. */
export const BOXOFFICE_FAILURES = [
  'ticket-not-issued',
  'already-collected',
  'cancelled',
  'boxoffice-unavailable',
] as const;
export type BoxofficeFailure = (typeof BOXOFFICE_FAILURES)[number];

/** What the box office prints on a ticket. */
export interface TicketOrder {
  bookingId: string;
  screeningId: string;
  seats: string[];
}
