import type { Knex } from 'knex';
import { TICKET, type TicketOrder, type TicketStatus } from '../../workflows/boxoffice/contract';
import { refusedIn } from '../../workflows/lifecycle';
import { refusal } from '../refusal';

interface Ticket {
  status: TicketStatus;
  collected_by: string | null;
}

/** All SQL of tickets. A method that changes something is one transition, safe to run again. */
export class BoxofficeRepository {
  constructor(private readonly db: Knex) {}

  /** WAITING → ISSUED (`issued`), also where nothing waits, unless the booking was cancelled before. */
  async issueTicket({ bookingId, screeningId, seats }: TicketOrder): Promise<void> {
    await this.db('boxoffice.tickets')
      .insert({ booking_id: bookingId, screening_id: screeningId, seats, status: 'ISSUED' })
      .onConflict('booking_id')
      .merge({ screening_id: screeningId, seats, status: 'ISSUED', updated_at: this.db.fn.now() })
      .where('tickets.status', 'WAITING');
  }

  /**
   * ISSUED → COLLECTED (`handed-out`) by one attempt, in time: when its saga is lost nobody knows which attempt to take
   * back.
   * @param answerBy epoch milliseconds
   * @throws ApplicationFailure `ticket-not-issued`, `already-collected`, `cancelled`, or `boxoffice-unavailable`
   *   when the time is up, or this very attempt was taken back before it came
   */
  async handTicketOut(bookingId: string, attempt: string, answerBy: number): Promise<void> {
    const handedOut = await this.db('boxoffice.tickets')
      .where({ booking_id: bookingId, status: 'ISSUED' })
      .whereRaw('NOT ? = ANY (refused)', [attempt])
      .whereRaw('clock_timestamp() < ?', [new Date(answerBy)])
      .update({ status: 'COLLECTED', collected_by: attempt, updated_at: this.db.fn.now() });
    if (handedOut === 1) return;

    const ticket = await this.db<Ticket>('boxoffice.tickets')
      .where({ booking_id: bookingId } as object)
      .first();
    if (ticket?.collected_by === attempt) return;
    throw refusal(refusedIn(TICKET, 'handOut', ticket?.status ?? 'WAITING') ?? 'boxoffice-unavailable');
  }

  /**
   * COLLECTED → ISSUED (`taken-back`), if by that attempt; the attempt can never come true later, not even of a later
   * ticket.
   * @param attempt unless said, whichever handed it out
   */
  async takeTicketBack(bookingId: string, attempt?: string): Promise<void> {
    const by = attempt ?? (await this.handedOutBy(bookingId));
    if (by !== undefined) await this.takeBackFrom(bookingId, by);
  }

  private async handedOutBy(bookingId: string): Promise<string | undefined> {
    const [by] = await this.db('boxoffice.tickets')
      .where({ booking_id: bookingId, status: 'COLLECTED' })
      .pluck<string[]>('collected_by');
    return by;
  }

  private async takeBackFrom(bookingId: string, attempt: string): Promise<void> {
    await this.db.raw(
      `INSERT INTO boxoffice.tickets AS t (booking_id, status, refused)
       VALUES (:bookingId, 'WAITING', ARRAY[CAST(:attempt AS text)])
       ON CONFLICT (booking_id) DO UPDATE SET
         refused = array_append(t.refused, :attempt),
         status = CASE WHEN t.collected_by = :attempt THEN 'ISSUED' ELSE t.status END,
         collected_by = NULLIF(t.collected_by, :attempt),
         updated_at = now()
       WHERE NOT :attempt = ANY (t.refused)`,
      { bookingId, attempt },
    );
  }

  /** → VOID (`voided`), for good; a ticket that was never issued never will be. */
  async voidTicket(bookingId: string): Promise<void> {
    await this.db('boxoffice.tickets')
      .insert({ booking_id: bookingId, status: 'VOID' })
      .onConflict('booking_id')
      .merge({ status: 'VOID', collected_by: null, updated_at: this.db.fn.now() });
  }
}
