import { refusedIn } from '../lifecycle';
import { BOOKING, type BookingStatus, type MovieFailure } from './contract';

/** A booking can be cancelled until so long before the screening (M5). */
export const CANCEL_UNTIL_MINUTES = 20;

/** Rows are numbers, columns letters, as in seed 003: "1A", "2B". */
export function seatNames(rows: number, columns: number): string[] {
  return Array.from({ length: rows * columns }, (_, i) => seatName(Math.floor(i / columns), i % columns));
}

const seatName = (row: number, column: number) => `${row + 1}${String.fromCharCode(65 + column)}`;

export const lastSeatOf = (hall: { rows: number; columns: number }) =>
  seatName(hall.rows - 1, hall.columns - 1);

/** Whether a hall of that size has the seat. */
export function hasSeat(hall: { rows: number; columns: number }, seat: string): boolean {
  const match = /^([1-9]\d{0,2})([A-Z])$/.exec(seat);
  if (!match?.[1] || !match[2]) return false;
  return Number(match[1]) <= hall.rows && match[2].charCodeAt(0) - 65 < hall.columns;
}

/** Whole KRW (M1). */
export const priceOf = (seats: readonly string[], pricePerSeat: number) => seats.length * pricePerSeat;

/**
 * Why a booking may not be cancelled now, or undefined when it may.
 * @param startsAt of the screening, epoch milliseconds
 * @param now epoch milliseconds
 */
export function refusedCancel(
  status: BookingStatus,
  startsAt: number,
  now: number,
): MovieFailure | undefined {
  const isLate = now > startsAt - CANCEL_UNTIL_MINUTES * 60_000;
  return refusedIn(BOOKING, 'cancel', status) ?? (isLate ? 'too-late' : undefined);
}

/**
 * Why a ticket may not be handed out now, or undefined when it may.
 * @param endsAt of the screening, epoch milliseconds
 * @param now epoch milliseconds
 */
export const refusedCollect = (
  status: BookingStatus,
  endsAt: number,
  now: number,
): MovieFailure | undefined =>
  refusedIn(BOOKING, 'collect', status) ?? (now >= endsAt ? 'no-show' : undefined);
