import type { Knex } from 'knex';
import { until } from '../../engine/wait';
import type { BookingStatus } from '../../workflows/movie/contract';
import { breachesOfBooks } from '../books';
import type { Provider } from '../provider';

/** How a booking may be left: its seats, its ticket, and what the bank has on it. */
interface Law {
  seats: 'SOLD' | 'FREED';
  /** 'none' where the box office has never heard of the booking, or is down. */
  tickets: string[];
  /** The statement's lines, in order. */
  statements: string[];
}

const KEPT = ['capture'];
const GIVEN_BACK = ['capture,refund'];
/** PENDING is no end. */
const LAWS: Record<Exclude<BookingStatus, 'PENDING'>, Law> = {
  BOOKED: { seats: 'SOLD', tickets: ['none', 'ISSUED'], statements: KEPT },
  COLLECTED: { seats: 'SOLD', tickets: ['COLLECTED'], statements: KEPT },
  NO_SHOW: { seats: 'SOLD', tickets: ['none', 'ISSUED'], statements: KEPT },
  CANCELLED: { seats: 'FREED', tickets: ['none', 'VOID'], statements: GIVEN_BACK },
  FAILED: { seats: 'FREED', tickets: ['none'], statements: ['', ...GIVEN_BACK] },
};

/** Where the truth about bookings is written down: our tables, and the bank's statement. */
export interface Books {
  db: Knex;
  provider: Provider;
}

/** What is wrong with a booking as it now is, in words; nothing is, once it has ended lawfully. */
export async function breachesOf({ db, provider }: Books, id: string): Promise<string[]> {
  const [booking, seats, ticket, statement] = await Promise.all([
    db('movie.bookings').where({ id }).first<Booking | undefined>('status', 'total_price'),
    db('movie.seat_claims').where({ booking_id: id }).select<{ status: string }[]>('status'),
    db('boxoffice.tickets').where({ booking_id: id }).first<{ status: string } | undefined>('status'),
    provider.statementOf(id),
  ]);
  if (!booking) return ['there is no such booking'];
  if (booking.status === 'PENDING') return ['PENDING is no end'];

  const law = LAWS[booking.status];
  const lines = statement.map(({ kind }) => kind).join();
  const held = ticket?.status ?? 'none';
  const breaches: string[] = [];
  const must = (holds: boolean, breach: string) => holds || breaches.push(`${booking.status}, but ${breach}`);
  must(law.statements.includes(lines), `the bank says: ${lines || 'nothing'}`);
  must(
    statement.every(({ amount }) => amount === booking.total_price),
    'of another amount',
  );
  must(
    seats.every(({ status }) => status === law.seats),
    `its seats are ${seats.map(({ status }) => status).join()}`,
  );
  must(booking.status === 'FAILED' || seats.length > 0, 'it has no seats');
  must(law.tickets.includes(held), `its ticket is ${held}`);
  return breaches;
}

interface Booking {
  status: BookingStatus;
  total_price: number;
}

/** Waits until nothing is wrong with a booking or the ledger any more. @returns what still is, when the time is up */
export async function breachesAfter(books: Books, id: string, withinMs = 60_000): Promise<string[]> {
  let breaches: string[] = [];
  await until(async () => (breaches = await breachesOf(books, id)).length === 0, { withinMs, everyMs: 250 });
  return [...breaches, ...(await breachesOfBooks(books.db))];
}
