import type { TicketOrder } from '../../workflows/boxoffice/contract';
import type { BoxofficeRepository } from './repository';

/** The box office's steps; each is a transition of its repository, which says what it throws. */
export function createActivities({ boxoffice }: { boxoffice: BoxofficeRepository }) {
  return {
    issueTicket: (order: TicketOrder) => boxoffice.issueTicket(order),
    handTicketOut: (bookingId: string, attempt: string) => boxoffice.handTicketOut(bookingId, attempt),
    takeTicketBack: (bookingId: string, attempt: string) => boxoffice.takeTicketBack(bookingId, attempt),
    voidTicket: (bookingId: string) => boxoffice.voidTicket(bookingId),
  };
}

export type BoxofficeActivities = ReturnType<typeof createActivities>;
