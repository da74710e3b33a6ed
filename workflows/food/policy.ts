import { refusedIn } from '../lifecycle';
import { type FoodFailure, ORDER, type OrderLine, type OrderStatus } from './contract';

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
export const refusedCancel = (status: OrderStatus): FoodFailure | undefined =>
  refusedIn(ORDER, 'cancel', status);

/** Why the delivery of an order cannot be completed. It may be before the order knows that it has begun. */
export const refusedCompletion = (status: OrderStatus): FoodFailure | undefined =>
  status === 'PAID' ? undefined : refusedIn(ORDER, 'deliver', status);
