import { z } from 'zod';
import type { BookingRow, Screening } from '../../activities/movie/reads';
import {
  BOOKING,
  BOOKING_STATUS_CODES,
  SEAT_STATUSES,
  TICKET_STATUSES,
} from '../../workflows/movie/contract';
import type { MoneyBack } from '../../workflows/payment/contract';
import type { Caller } from '../caller';
import { Instant, Money, typeId } from '../schemas';
import { createdAtOf, Made, Owned, ownedView } from '../thing';

export const BookingStatuses = z.enum(BOOKING.statuses);
const PaymentStatuses = z.enum(['PENDING', 'NONE', 'CAPTURED', 'REFUNDED', 'WRITTEN_OFF']);

export const ScreeningView = z
  .strictObject({
    id: typeId('scr'),
    movieName: z.string(),
    hall: z.string(),
    startsAt: Instant,
    endsAt: Instant,
    price: Money,
    rows: z.int(),
    columns: z.int(),
    seatsFree: z.int(),
    ...Made,
  })
  .meta({ id: 'Screening' });

export const ScreeningWithSeats = ScreeningView.extend({
  seats: z.array(z.strictObject({ seat: z.string(), status: z.enum(SEAT_STATUSES) })),
}).meta({ id: 'ScreeningWithSeats' });

export const BookingView = z
  .strictObject({
    id: typeId('bkg'),
    status: BookingStatuses,
    statusCode: z.int().nullable().meta({ description: 'booked 1, ticket collected 2, cancelled 9' }),
    screeningId: typeId('scr'),
    movieName: z.string(),
    hall: z.string(),
    startsAt: Instant,
    endsAt: Instant,
    seats: z.array(z.string()),
    quantity: z.int(),
    totalPrice: Money,
    payment: z.strictObject({ id: z.string().nullable(), status: PaymentStatuses, method: z.string() }),
    ticket: z.strictObject({ status: z.enum(TICKET_STATUSES) }),
    refund: z.strictObject({ amount: Money, status: z.enum(['REFUNDED', 'WRITTEN_OFF']) }).optional(),
    reason: z.string().optional().meta({ description: 'Why a FAILED booking failed: the code of a problem' }),
    ...Owned,
  })
  .meta({ id: 'Booking' });

export const screeningView = (screening: Screening, taken: number): z.output<typeof ScreeningView> => ({
  id: screening.id,
  movieName: screening.movieName,
  hall: screening.hall,
  startsAt: screening.startsAt.toISOString(),
  endsAt: screening.endsAt.toISOString(),
  price: screening.price,
  rows: screening.rows,
  columns: screening.columns,
  seatsFree: screening.rows * screening.columns - taken,
  createdAt: createdAtOf(screening.id),
});

export const bookingView = (booking: BookingRow, caller: Caller): z.output<typeof BookingView> => ({
  id: booking.id,
  status: booking.status,
  statusCode: BOOKING_STATUS_CODES[booking.status],
  screeningId: booking.screeningId,
  movieName: booking.movieName,
  hall: booking.hall,
  startsAt: booking.startsAt.toISOString(),
  endsAt: booking.endsAt.toISOString(),
  seats: booking.seats,
  quantity: booking.seats.length,
  totalPrice: booking.totalPrice,
  payment: { id: booking.paymentId, status: paymentStatus(booking), method: booking.paymentMethod },
  ticket: { status: booking.ticket },
  ...(booking.status === 'CANCELLED' && {
    refund: { amount: booking.totalPrice, status: moneyBack(booking) },
  }),
  ...(booking.failure !== null && { reason: booking.failure }),
  ...ownedView(booking, caller),
});

/** A cancelled booking is refunded as a whole, or was written off. */
const moneyBack = ({ refunded }: BookingRow): MoneyBack => (refunded > 0 ? 'REFUNDED' : 'WRITTEN_OFF');

function paymentStatus(booking: BookingRow): z.output<typeof PaymentStatuses> {
  switch (booking.status) {
    case 'PENDING':
      return 'PENDING';
    case 'FAILED':
      return 'NONE';
    case 'CANCELLED':
      return moneyBack(booking);
    case 'BOOKED':
    case 'COLLECTED':
    case 'NO_SHOW':
      return 'CAPTURED';
  }
}
