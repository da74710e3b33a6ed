import { z } from 'zod';
import { CANCEL_REASONS, ORDER, ORDER_PAYMENTS } from '../../workflows/food/contract';
import { type Entry, count, described, shape, text, won } from '../../events/shape';

const Menu = shape('Menu', 'the menu', {
  name: text('What it is'),
  price: won('One portion'),
  description: text('In words').nullable(),
  picture: text('Address of its picture').nullable(),
});

export const portions = {
  name: text('What it is'),
  quantity: count('Portions'),
};

export const Order = shape('Order', 'the order', {
  status: z.enum(ORDER.statuses).exclude(['REFUSED']),
  statusText: text('The status in words'),
  lines: described(
    z.array(z.strictObject({ ...portions, menuId: text('Its menu'), price: won('One portion') })),
    'What was ordered, at the prices of then',
  ),
  totalPrice: won('The whole order'),
  address: text('Where it goes'),
  payment: z.enum(ORDER_PAYMENTS),
  paymentMethod: z.enum(['card', 'deposit']),
  paymentId: text('The charge, once it is taken').nullable(),
  deliveryId: text('Its delivery, once there is one'),
  reason: z.enum(CANCEL_REASONS).nullable().meta({ description: 'Why it was cancelled' }),
});
export type Order = z.infer<typeof Order>;

/** What orders of food tells, by name: docs/events.md. */
export const EVENTS = {
  'food.menu-added': { version: 1, what: 'A dish can be ordered', data: Menu },
  'food.menu-removed': { version: 1, what: 'A dish was taken off the list', data: Menu },
  'food.ordered': { version: 1, what: 'An order is taken; it is paid when payment answers', data: Order },
  'food.paid': { version: 1, what: 'An order is paid, and its delivery requested', data: Order },
  'food.delivering': { version: 1, what: 'The delivery of an order has begun', data: Order },
  'food.delivered': { version: 1, what: 'The customer has what was ordered', data: Order },
  'food.cancelled': {
    version: 1,
    what: 'An order was cancelled, and nothing of it stays charged',
    data: Order,
  },
} as const satisfies Record<string, Entry>;
