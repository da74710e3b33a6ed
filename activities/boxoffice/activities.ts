import type { Knex } from 'knex';
import type { TicketOrder } from '../../workflows/boxoffice/contract';
import { BoxofficeRepository } from './repository';

/** The box office's steps; each is a transition of its repository, which says what it throws. */
function createActivities({ boxoffice }: { boxoffice: BoxofficeRepository }) {
  return {
    issueTicket: (order: TicketOrder) => boxoffice.issueTicket(order),
    handTicketOut: (bookingId: string, attempt: string) => boxoffice.handTicketOut(bookingId, attempt),
    takeTicketBack: (bookingId: string, attempt?: string) => boxoffice.takeTicketBack(bookingId, attempt),
    voidTicket: (bookingId: string) => boxoffice.voidTicket(bookingId),
  };
}

export type BoxofficeActivities = ReturnType<typeof createActivities>;

/** What runs on the domain's task queue, on its own database. */
export const activitiesOn = (db: Knex) => createActivities({ boxoffice: new BoxofficeRepository(db) });
