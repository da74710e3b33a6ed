import type { OrderStatus } from '../../../workflows/food/contract';
import type { BookingStatus } from '../../../workflows/movie/contract';
import { whatever } from '../faults';
import { offering } from '../scenarios/food';
import { deciding } from '../scenarios/operator';
import type { Row } from '../sweep';

export const DECISIONS: Row<BookingStatus>[] = [
  [deciding, 'decide', { refuses: 'FAILED', ...whatever('FAILED') }, 'still-in-doubt'],
];

/** The search for a courier is a workflow of its own; the order goes on, whatever becomes of it. */
export const OFFERS: Row<OrderStatus>[] = [
  [
    offering,
    'offerDelivery',
    { fails: 'DELIVERING', losesAnswer: 'DELIVERING', hangs: 'DELIVERING', hangsDone: 'DELIVERING' },
  ],
];
