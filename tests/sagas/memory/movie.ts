import type { BoxofficeActivities } from '../../../activities/boxoffice/activities';
import type { MovieActivities } from '../../../activities/movie/activities';
import { refusal } from '../../../activities/refusal';
import type { BookingFacts } from '../../../invariants/movie';
import type { TicketStatus } from '../../../workflows/boxoffice/contract';
import type { BookSeats, BookingStatus } from '../../../workflows/movie/contract';
import { Rows } from './first-word';
import type { MemoryPayment } from './payment';

interface Booking {
  status: BookingStatus;
  price: number;
  paymentId: string | null;
  refunded: number;
  answerBy: number;
  seats: BookingFacts['seats'];
  ticketShown: boolean;
}

interface Ticket {
  status: TicketStatus;
  collectedBy?: string | undefined;
  refused: Set<string>;
}

/** Bookings and tickets in memory, with the transitions of their repositories. */
export class MemoryMovie {
  private readonly bookings = new Rows<Booking>();
  private readonly tickets = new Rows<Ticket>();

  constructor(private readonly payment: MemoryPayment) {}

  statusOf(id: string): BookingStatus | undefined {
    return this.bookings.get(id)?.status;
  }

  hasTicket(id: string): boolean {
    return this.bookings.get(id)?.ticketShown === true;
  }

  facts(id: string): BookingFacts | undefined {
    const booking = this.bookings.get(id);
    if (!booking) return undefined;
    const { status, price, paymentId, refunded, seats } = booking;
    return {
      ...{ id, status, price, paymentId, refunded, seats },
      charge: this.payment.charge(id),
      ticket: this.tickets.get(id)?.status ?? 'none',
      told: this.bookings.told(id),
    };
  }

  readonly movie: MovieActivities = {
    holdSeats: async (order) => {
      const { id, answerBy } = order;
      if (this.bookings.get(id)?.status === 'PENDING') return;
      if (Date.now() >= answerBy || !this.bookings.open(id, rowOf(order, 'PENDING', 'HELD'), 'held'))
        throw refusal('movie-unavailable');
    },
    freeSeats: async (order, _because) => {
      this.bookings.open(order.id, rowOf(order, 'FAILED', 'FREED'), 'refused');
      this.change(order.id, ['PENDING'], 'FAILED', 'FREED', 'refused');
      return this.bookings.get(order.id)?.status ?? 'FAILED';
    },
    confirm: async (id, paymentId) => {
      const inTime = Date.now() < (this.bookings.get(id)?.answerBy ?? 0);
      if (inTime && this.change(id, ['PENDING'], 'BOOKED', 'SOLD', 'booked', { paymentId })) return;
      if (this.statusOf(id) !== 'BOOKED') throw refusal('movie-unavailable');
    },
    ticketIssued: async (id) => {
      if (!this.hasTicket(id)) this.bookings.move(id, ['BOOKED'], { ticketShown: true }, 'ticket-issued');
    },
    cancel: async (id, money) => {
      const refunded = money === 'WRITTEN_OFF' ? 0 : this.bookings.get(id)?.price;
      this.change(id, ['BOOKED'], 'CANCELLED', 'FREED', 'cancelled', { refunded: refunded ?? 0 });
    },
    collect: async (id, answerBy) => {
      if (Date.now() < answerBy && this.bookings.move(id, ['BOOKED'], { status: 'COLLECTED' }, 'collected'))
        return;
      if (this.statusOf(id) !== 'COLLECTED') throw refusal('movie-unavailable');
    },
    noShow: async (id) => {
      this.bookings.move(id, ['BOOKED'], { status: 'NO_SHOW' }, 'no-show');
    },
  };

  readonly boxoffice: BoxofficeActivities = {
    issueTicket: async ({ bookingId }) => {
      if (!this.tickets.open(bookingId, { status: 'ISSUED', refused: new Set() }))
        this.tickets.move(bookingId, ['WAITING'], { status: 'ISSUED' });
    },
    handTicketOut: async (bookingId, attempt) => {
      const ticket = this.tickets.get(bookingId);
      if (!ticket || ticket.status === 'WAITING') throw refusal('ticket-not-issued');
      if (ticket.status === 'VOID') throw refusal('cancelled');
      if (ticket.collectedBy === attempt) return;
      if (ticket.status === 'COLLECTED') throw refusal('already-collected');
      if (ticket.refused.has(attempt)) throw refusal('boxoffice-unavailable');
      Object.assign(ticket, { status: 'COLLECTED', collectedBy: attempt });
    },
    takeTicketBack: async (bookingId, asked) => {
      const attempt = asked ?? this.tickets.get(bookingId)?.collectedBy;
      if (attempt === undefined) return;
      this.tickets.open(bookingId, { status: 'WAITING', refused: new Set() });
      const ticket = this.tickets.get(bookingId)!;
      ticket.refused.add(attempt);
      if (ticket.collectedBy === attempt) Object.assign(ticket, { status: 'ISSUED', collectedBy: undefined });
    },
    voidTicket: async (bookingId) => {
      const ticket: Ticket = { status: 'VOID', refused: new Set() };
      if (!this.tickets.open(bookingId, ticket))
        this.tickets.move(bookingId, ['WAITING', 'ISSUED', 'COLLECTED'], {
          status: 'VOID',
          collectedBy: undefined,
        });
    },
  };

  private change(
    id: string,
    from: readonly BookingStatus[],
    status: BookingStatus,
    seat: BookingFacts['seats'][number],
    event: string,
    and: Partial<Booking> = {},
  ): boolean {
    const seats = this.bookings.get(id)?.seats.map(() => seat) ?? [];
    return this.bookings.move(id, from, { status, seats, ...and }, event);
  }
}

const rowOf = (
  { seats, totalPrice, answerBy }: BookSeats,
  status: BookingStatus,
  seat: BookingFacts['seats'][number],
): Booking => ({
  status,
  price: totalPrice,
  paymentId: null,
  refunded: 0,
  answerBy,
  seats: status === 'FAILED' ? [] : seats.map(() => seat),
  ticketShown: false,
});
