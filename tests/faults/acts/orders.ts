import type { Act, Step } from './act';

const ordering: Act = {
  of: 'food.orders',
  prepare: ({ minji, kitchen }) => Promise.resolve(() => kitchen.order(minji)),
};
const cancelling: Act = {
  of: 'food.orders',
  prepare: async ({ minji, kitchen }) => {
    const { id } = await kitchen.delivering(minji);
    return () => kitchen.cancel(minji, id as string);
  },
};
const completing: Act = {
  of: 'food.orders',
  prepare: async ({ minji, kitchen }) => {
    const { delivery } = await kitchen.delivering(minji);
    return () => kitchen.complete(delivery.id as string);
  },
};

const TAKEN: Step[3] = [201, 'DELIVERING'];
/** It may take longer than anybody waits; the money is on its way back by then. */
const CANCELLED: Step[3] = [[200, 503], 'CANCELLED'];
const STANDS: Step[3] = [503, 'DELIVERING'];

export const ORDERS: Step[] = [
  ['food', 'takeOrder', ordering, [503, 'REFUSED'], TAKEN],
  ['food', 'paid', ordering, TAKEN, TAKEN],
  ['food', 'delivering', ordering, TAKEN, TAKEN],
  ['food', 'cancel', cancelling, CANCELLED, CANCELLED],
  ['food', 'delivered', completing, STANDS, [200, 'DELIVERED']],

  ['delivery', 'startDelivery', ordering, TAKEN, TAKEN],
  ['delivery', 'completeDelivery', completing, STANDS, STANDS],
  ['delivery', 'cancelDelivery', cancelling, [200, 'CANCELLED'], [200, 'CANCELLED']],

  ['payment', 'pay', ordering, TAKEN, TAKEN],
  ['payment', 'refund', cancelling, STANDS, CANCELLED],
];
