import type { Knex } from 'knex';
import type { TicketOrder } from '../../workflows/boxoffice/contract';
import { refusal } from '../refusal';

interface Ticket {
  status: 'ISSUED' | 'COLLECTED' | 'VOID';
  collected_by: string | null;
}

/** All SQL of tickets. A method that changes something is one transition, safe to run again. */
export class BoxofficeRepository {
  constructor(private readonly db: Knex) {}

  /** → ISSUED, unless the booking was cancelled before. */
  async issueTicket({ bookingId, screeningId, seats }: TicketOrder): Promise<void> {
    await this.db('boxoffice.tickets')
      .insert({ booking_id: bookingId, screening_id: screeningId, seats, status: 'ISSUED' })
      .onConflict('booking_id')
      .ignore();
  }

  /**
   * ISSUED → COLLECTED by one attempt.
   * @throws ApplicationFailure `ticket-not-issued`, `already-collected`, `cancelled`, or `boxoffice-unavailable`
   *   when this very attempt was taken back before it came
   */
  async handTicketOut(bookingId: string, attempt: string): Promise<void> {
    const handedOut = await this.db('boxoffice.tickets')
      .where({ booking_id: bookingId, status: 'ISSUED' })
      .whereRaw('NOT ? = ANY (refused)', [attempt])
      .update({ status: 'COLLECTED', collected_by: attempt, updated_at: this.db.fn.now() });
    if (handedOut === 1) return;

    const ticket = await this.db<Ticket>('boxoffice.tickets')
      .where({ booking_id: bookingId } as object)
      .first();
    if (!ticket) throw refusal('ticket-not-issued');
    if (ticket.status === 'VOID') throw refusal('cancelled');
    if (ticket.status === 'ISSUED') throw refusal('boxoffice-unavailable');
    if (ticket.collected_by !== attempt) throw refusal('already-collected');
  }

  /** What that attempt handed out is ISSUED again; the attempt can never come true later. */
  async takeTicketBack(bookingId: string, attempt: string): Promise<void> {
    await this.db.raw(
      `UPDATE boxoffice.tickets SET
         refused = array_append(refused, :attempt),
         status = CASE WHEN collected_by = :attempt THEN 'ISSUED' ELSE status END,
         collected_by = NULLIF(collected_by, :attempt),
         updated_at = now()
       WHERE booking_id = :bookingId AND NOT :attempt = ANY (refused)`,
      { bookingId, attempt },
    );
  }

  /** → VOID, for good; a ticket that was never issued never will be. */
  async voidTicket(bookingId: string): Promise<void> {
    await this.db('boxoffice.tickets')
      .insert({ booking_id: bookingId, status: 'VOID' })
      .onConflict('booking_id')
      .merge({ status: 'VOID', collected_by: null, updated_at: this.db.fn.now() });
  }
}
