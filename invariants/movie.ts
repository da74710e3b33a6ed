import type { TicketStatus } from '../workflows/boxoffice/contract';
import { BOOKING, type BookingStatus } from '../workflows/movie/contract';
import { batchesBy, rowsBy } from './batches';
import { type ChargeFacts, chargesOf, saleLaws } from './charges';
import { sqlLaws, type LawSet } from './law';
import { thingLaws } from './things';
import { asTold, toldLaw, toldOf } from './told';
import type { World } from './world';
import { pageLaw } from './views';

/** A booking, with what movie, box office and payment have on record of it. */
export interface BookingFacts {
  id: string;
  status: BookingStatus;
  /** Whole KRW. */
  price: number;
  paymentId: string | null;
  /** Whole KRW that the customer is told went back. */
  refunded: number;
  charge: ChargeFacts | undefined;
  /** Status of each seat's claim. */
  seats: ('HELD' | 'SOLD' | 'FREED')[];
  /** As the box office has it; 'none' where it never heard of the booking, WAITING where it is to issue one yet. */
  ticket: 'none' | TicketStatus;
  /** Its events in order, such as "held,booked". */
  told: string;
}

const STANDS: readonly BookingStatus[] = ['BOOKED', 'COLLECTED', 'NO_SHOW'];
const SEATS: Readonly<Record<BookingStatus, BookingFacts['seats'][number]>> = {
  PENDING: 'HELD',
  BOOKED: 'SOLD',
  COLLECTED: 'SOLD',
  NO_SHOW: 'SOLD',
  CANCELLED: 'FREED',
  FAILED: 'FREED',
};
const TICKETS: Readonly<Record<BookingStatus, readonly BookingFacts['ticket'][]>> = {
  PENDING: ['none'],
  BOOKED: ['none', 'WAITING', 'ISSUED'],
  COLLECTED: ['COLLECTED'],
  NO_SHOW: ['none', 'WAITING', 'ISSUED'],
  CANCELLED: ['VOID'],
  FAILED: ['none'],
};
/** Steps that bring booking and ticket together. */
const TICKET_STEPS = ['issueTicket', 'handTicketOut', 'takeTicketBack', 'collect', 'voidTicket'];

/** M1–M6. */
export const BOOKINGS = thingLaws<BookingFacts>('movie', bookings, [
  ...saleLaws<BookingStatus, BookingFacts>({
    id: 'booking',
    what: 'booking',
    holds: 'A booking that stands is paid, any other is not',
    paid: STANDS,
    unpaid: ['CANCELLED', 'FAILED'],
  }),
  {
    id: 'booking-payment',
    holds: 'A booking that stands names the payment that paid for it',
    rule: 4,
    breach: ({ id, status, paymentId, charge }) =>
      STANDS.includes(status) && paymentId !== (charge?.id ?? null)
        ? `booking ${id} is paid by ${paymentId}, its charge is ${charge?.id ?? 'none'}`
        : undefined,
  },
  {
    id: 'booking-refunded',
    holds: 'A cancelled booking says that its money went back unless that was written off',
    rule: 4,
    breach: ({ id, status, price, refunded, charge }) => {
      const writtenOff = charge?.writtenOff ?? 0;
      if (status !== 'CANCELLED' || refunded === price - writtenOff) return undefined;
      return `booking ${id} says ${refunded} of ${price} went back, and ${writtenOff} are written off`;
    },
  },
  {
    id: 'booking-seats',
    holds: 'A booking holds its seats while it is paid for, owns them while it stands, and else frees them',
    rule: 3,
    breach: ({ id, status, seats }) => {
      const wrong =
        seats.some((seat) => seat !== SEATS[status]) || (seats.length === 0 && status !== 'FAILED');
      return wrong ? `booking ${id} is ${status}, and its seats are ${seats.join() || 'none'}` : undefined;
    },
  },
  {
    id: 'booking-ticket',
    holds: 'A ticket is handed out for a COLLECTED booking and no other, and void for a CANCELLED one',
    rule: 5,
    breach: ({ id, status, ticket }) =>
      TICKETS[status].includes(ticket)
        ? undefined
        : `booking ${id} is ${status}, and its ticket is ${ticket}`,
    during: TICKET_STEPS,
  },
  toldLaw(BOOKING, 'booking', { BOOKED: '(,ticket-issued)?' }),
]);

interface Row extends Omit<BookingFacts, 'charge' | 'seats' | 'ticket' | 'told'> {
  seats: BookingFacts['seats'];
}

async function* bookings(world: World): AsyncGenerator<BookingFacts[]> {
  const { movie, boxoffice } = world.databases;
  const claims = movie('movie.seat_claims as c')
    .whereRaw('c.booking_id = b.id')
    .select(movie.raw(`COALESCE(array_agg(c.status ORDER BY c.seat), '{}')`));
  const rows = movie.from(
    movie('movie.bookings as b')
      .select('b.id', 'b.status', {
        price: 'b.total_price',
        paymentId: 'b.payment_id',
        refunded: 'b.refunded',
        seats: claims,
      })
      .as('bookings'),
  );
  for await (const some of batchesBy<Row>('id', rows)) {
    const ids = some.map(({ id }) => id);
    const [charges, tickets, told] = await Promise.all([
      chargesOf(world, ids),
      rowsBy<{ booking_id: string; status: BookingFacts['ticket'] }>(
        'booking_id',
        ids,
        boxoffice('boxoffice.tickets').select('booking_id', 'status'),
      ),
      toldOf(movie, 'movie', ids),
    ]);
    yield some.map((row) => ({
      ...row,
      charge: charges.get(row.id),
      ticket: tickets.get(row.id)?.status ?? 'none',
      told: told.get(row.id) ?? '',
    }));
  }
}

/** M3. */
export const SEATS_IN_HALLS = sqlLaws('movie', [
  {
    id: 'seat-sold-once',
    holds: 'A seat of a screening is held or sold at most once',
    rule: 3,
    breaches: `
      SELECT screening_id || '/' || seat AS id, format('seat %s of %s is claimed by %s', seat, screening_id,
        string_agg(booking_id, ', ' ORDER BY booking_id)) AS breach
      FROM movie.seat_claims WHERE status <> 'FREED' GROUP BY screening_id, seat HAVING count(*) > 1`,
  },
  {
    id: 'seat-claimed-as-booked',
    holds: 'The seats that a booking claims are those that it names, in its own screening',
    rule: 3,
    breaches: `
      SELECT b.id, format('booking %s of %s names %s, and claims %s', b.id, b.screening_id, b.seats::text,
        array_agg(c.seat ORDER BY c.seat)::text) AS breach
      FROM movie.bookings b JOIN movie.seat_claims c ON c.booking_id = b.id
      GROUP BY b.id HAVING array_agg(c.seat ORDER BY c.seat) <> (SELECT array_agg(s ORDER BY s) FROM unnest(b.seats) s)
        OR bool_or(c.screening_id <> b.screening_id)`,
  },
  asTold({ what: 'booking', table: 'movie.bookings' }),
]);

export const LAWS: readonly LawSet[] = [
  BOOKINGS,
  SEATS_IN_HALLS,
  pageLaw({
    view: 'bookings',
    domain: 'movie',
    what: 'booking',
    events: /^movie\.(?!screening-)/,
    columns: [
      'screening_id',
      'seats',
      'total_price',
      'status',
      'ticket',
      'payment_id',
      'refunded',
      'failure',
    ],
  }),
];
