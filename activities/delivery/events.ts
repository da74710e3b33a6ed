import { z } from 'zod';
import { DELIVERY } from '../../workflows/delivery/contract';
import { portions } from '../food/events';
import { type Entry, described, shape, text, time } from '../../events/shape';

export const Delivery = shape('Delivery', 'the delivery', {
  status: z.enum(DELIVERY.statuses),
  orderId: text('What is delivered'),
  address: text('Where it goes'),
  lines: described(z.array(z.strictObject(portions)), 'What is delivered'),
  courier: text('Whose it is, or to whom it is offered').nullable(),
  accepted: described(z.boolean(), 'Whether the courier has taken it'),
  completedAt: time('Of the delivery').nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

/** What deliveries tells, by name: docs/events.md. */
export const EVENTS = {
  'delivery.started': { version: 1, what: 'An order is to be brought to its customer', data: Delivery },
  'delivery.offered': { version: 1, what: 'A courier is asked to take a delivery', data: Delivery },
  'delivery.accepted': { version: 1, what: 'A courier has taken a delivery', data: Delivery },
  'delivery.passed-on': { version: 1, what: 'A courier does without a delivery', data: Delivery },
  'delivery.completed': { version: 1, what: 'A courier has brought a delivery', data: Delivery },
  'delivery.resumed': { version: 1, what: 'The completing of a delivery was undone', data: Delivery },
  'delivery.cancelled': { version: 1, what: 'A delivery is called off', data: Delivery },
} as const satisfies Record<string, Entry>;
