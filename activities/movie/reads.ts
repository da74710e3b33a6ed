import type { Knex } from 'knex';
import type { BookingStatus, SeatStatus, TicketStatus } from '../../workflows/movie/contract';
import { columns, inPage, isRow, type PageWanted } from '../database';

export interface Screening {
  id: string;
  movieName: string;
  hall: string;
  startsAt: Date;
  endsAt: Date;
  rows: number;
  columns: number;
  /** Whole KRW a seat. */
  price: number;
}

type TakenStatus = Exclude<SeatStatus, 'FREE'>;

interface SeatsOf {
  screening: Screening;
  /** By seat. */
  taken: Map<string, TakenStatus>;
}

export interface BookingRow {
  id: string;
  customer: string;
  screeningId: string;
  movieName: string;
  hall: string;
  startsAt: Date;
  endsAt: Date;
  seats: string[];
  totalPrice: number;
  status: BookingStatus;
  ticket: TicketStatus;
  paymentId: string | null;
  paymentMethod: string;
  refunded: number;
  failure: string | null;
}

export interface ScreeningFilter {
  /** Those that start then or later, past ones too. */
  from?: string | undefined;
  /** Those that start before. */
  to?: string | undefined;
  movieName?: string | undefined;
  /** The last one seen. */
  after?: { startsAt: Date; id: string } | undefined;
  limit: number;
}

export interface BookingFilter {
  customer?: string | undefined;
  status?: BookingStatus | undefined;
  screeningId?: string | undefined;
}

const SCREENING = columns(
  ['id', 'movieName', 'hall', 'startsAt', 'endsAt', 'rows', 'columns', 'price'],
  's',
) satisfies Record<keyof Screening, string>;
const BOOKING = {
  ...columns(
    [
      'id',
      'customer',
      'screeningId',
      'seats',
      'totalPrice',
      'status',
      'ticket',
      'paymentId',
      'paymentMethod',
      'refunded',
      'failure',
    ],
    'b',
  ),
  ...columns(['movieName', 'hall', 'startsAt', 'endsAt'], 's'),
} satisfies Record<keyof BookingRow, string>;

/** What the API reads of seats and bookings. */
export class MovieReads {
  constructor(private readonly db: Knex) {}

  async screening(id: string): Promise<Screening | undefined> {
    return this.db({ s: 'movie.screenings' })
      .where('s.id', id)
      .whereNull('s.removed_at')
      .first<Screening | undefined>(SCREENING);
  }

  /** The next first; those that have not ended, unless said. @returns undefined where `after` is none */
  async screenings({
    from,
    to,
    movieName,
    after,
    limit,
  }: ScreeningFilter): Promise<(Screening & { taken: number })[] | undefined> {
    if (!(await isRow(this.db, 'movie.screenings', after?.id))) return undefined;
    const taken = this.db('movie.seat_claims')
      .whereRaw("screening_id = s.id AND status <> 'FREED'")
      .count()
      .as('taken');
    const query = this.db({ s: 'movie.screenings' })
      .whereNull('s.removed_at')
      .orderBy(['s.starts_at', 's.id'])
      .limit(limit)
      .select(SCREENING)
      .select<(Screening & { taken: number })[]>(taken);
    if (from === undefined) void query.where('s.ends_at', '>', this.db.fn.now());
    else void query.where('s.starts_at', '>=', from);
    if (to !== undefined) void query.where('s.starts_at', '<', to);
    if (movieName !== undefined) void query.where('s.movie_name', movieName);
    if (after) void query.whereRaw('(s.starts_at, s.id) > (?, ?)', [after.startsAt, after.id]);
    return query;
  }

  /** A screening, and which of its seats are not free: of these, or of all. */
  async seats(id: string, seats?: readonly string[]): Promise<SeatsOf | undefined> {
    const claims = this.db('movie.seat_claims').whereRaw("screening_id = s.id AND status <> 'FREED'");
    if (seats) void claims.whereIn('seat', seats);
    const taken = claims.select(this.db.raw("COALESCE(jsonb_object_agg(seat, status), '{}')")).as('taken');
    const row = await this.db({ s: 'movie.screenings' })
      .where('s.id', id)
      .whereNull('s.removed_at')
      .select(SCREENING)
      .first<(Screening & { taken: Record<string, TakenStatus> }) | undefined>(taken);
    return row && { screening: row, taken: new Map(Object.entries(row.taken)) };
  }

  async booking(id: string): Promise<BookingRow | undefined> {
    return this.db({ b: 'movie.bookings' })
      .join({ s: 'movie.screenings' }, 's.id', 'b.screening_id')
      .where('b.id', id)
      .first<BookingRow | undefined>(BOOKING);
  }

  /** @returns undefined where the page begins after no booking of theirs */
  async bookings(
    { customer, status, screeningId }: BookingFilter,
    page: PageWanted,
  ): Promise<BookingRow[] | undefined> {
    if (!(await isRow(this.db, 'movie.bookings', page.after, { customer }))) return undefined;
    const query = this.db({ b: 'movie.bookings' }).join({ s: 'movie.screenings' }, 's.id', 'b.screening_id');
    if (customer !== undefined) void query.where('b.customer', customer);
    if (status !== undefined) void query.where('b.status', status);
    if (screeningId !== undefined) void query.where('b.screening_id', screeningId);
    return inPage(query, page, 'b.id').select<BookingRow[]>(BOOKING);
  }
}
