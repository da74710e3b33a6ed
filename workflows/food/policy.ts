import type { FoodFailure, OrderLine, OrderStatus } from './contract';

const MINUTE = 60_000;

/** So long an order waits to be paid (F1). */
export const PAID_WITHIN_MS = 30 * MINUTE;

/** Whole KRW. */
export const totalOf = (lines: readonly OrderLine[]) =>
  lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);

/** How many there are of all together. */
export const portionsOf = (lines: readonly Pick<OrderLine, 'quantity'>[]) =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0);

/**
 * How long to wait before a charge that came to nothing, or nobody heard of, is tried again.
 * @param tries so far
 * @returns milliseconds
 */
export const chargedAgainAfter = (tries: number) => Math.min(1_000 * 2 ** (tries - 1), 30_000);

/** Why an order cannot be cancelled any more (F3). */
export function refusedCancel(status: OrderStatus): FoodFailure | undefined {
  switch (status) {
    case 'ORDERED':
    case 'PAID':
    case 'DELIVERING':
      return undefined;
    case 'DELIVERED':
      return 'already-delivered';
    case 'CANCELLED':
      return 'already-cancelled';
    case 'REFUSED':
      return 'conflict';
  }
}

/** Why the delivery of an order cannot be completed. */
export function refusedCompletion(status: OrderStatus): FoodFailure | undefined {
  switch (status) {
    case 'PAID':
    case 'DELIVERING':
      return undefined;
    case 'DELIVERED':
      return 'already-completed';
    case 'CANCELLED':
      return 'cancelled';
    case 'ORDERED':
    case 'REFUSED':
      return 'conflict';
  }
}
