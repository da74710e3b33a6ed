import { lifecycle } from '../lifecycle';

/** Seed 002: a delivery is started as it is requested. */
export const DELIVERY = lifecycle({
  table: 'delivery.deliveries',
  workflow: 'order_id',
  // Its order's workflow runs for as long as the order is under way.
  unfinished: [],
  acts: {
    start: { from: [null], to: 'STARTED', tells: 'delivery.started' },
    complete: {
      from: ['STARTED'],
      to: 'COMPLETED',
      tells: 'delivery.completed',
      refused: { COMPLETED: 'already-completed', CANCELLED: 'cancelled' },
    },
    resume: { from: ['COMPLETED'], to: 'STARTED', tells: 'delivery.resumed' },
    cancel: { from: [null, 'STARTED'], to: 'CANCELLED', tells: 'delivery.cancelled' },
  },
});
export type DeliveryStatus = (typeof DELIVERY.statuses)[number];

/** An order to be brought to its customer. */
export interface StartDelivery {
  id: string;
  orderId: string;
  customer: string;
  address: string;
  lines: { name: string; quantity: number }[];
}

/**
 * How the search for a courier stands: offered to one, to be answered in time; open to everyone, because nobody on
 * duty is left to ask; or over, because someone has taken it or it is no delivery any more.
 */
export type Search = { offeredTo: string } | 'OPEN' | 'OVER';

/** Names of the failures that a courier may meet; api/problems.ts gives each its answer. */
export type DeliveryFailure = 'already-completed' | 'cancelled' | 'conflict' | 'delivery-unavailable';
