import type { Knex } from 'knex';
import type { TicketOrder } from '../../workflows/boxoffice/contract';
import { BoxofficeRepository } from './repository';

const STEP_TAKES_MS = 2_000;

/** The box office's steps; each is a transition of its repository, which says what it throws. */
function createActivities({ boxoffice }: { boxoffice: BoxofficeRepository }) {
  return {
    issueTicket: (order: TicketOrder) => boxoffice.issueTicket(order),
    /** @param answerBy tasks of old name none */
    handTicketOut: (bookingId: string, attempt: string, answerBy = Date.now() + STEP_TAKES_MS) =>
      boxoffice.handTicketOut(bookingId, attempt, answerBy),
    takeTicketBack: (bookingId: string, attempt?: string) => boxoffice.takeTicketBack(bookingId, attempt),
    voidTicket: (bookingId: string) => boxoffice.voidTicket(bookingId),
  };
}

export type BoxofficeActivities = ReturnType<typeof createActivities>;

/** What runs on the domain's task queue, on its own database. */
export const activitiesOn = (db: Knex) => createActivities({ boxoffice: new BoxofficeRepository(db) });
