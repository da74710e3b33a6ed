import { until } from '../../../engine/wait';
import { card } from '../../cinema';
import type { Act, Scene, Step } from './act';

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
/** @returns an order of which nobody knows for a second whether it is charged */
async function inDoubt({ minji, kitchen }: Scene): Promise<string> {
  const id = await kitchen.ordered(minji, card('tok_error_after'));
  const unknown = async () => {
    const charges = kitchen.stack.db('payment.charges').where({ customer: minji.user, state: 'UNKNOWN' });
    return (await charges.first<object | undefined>('key')) !== undefined;
  };
  if (!(await until(unknown, { withinMs: 10_000, everyMs: 20 }))) throw new Error(`${id} is in no doubt`);
  return id;
}
const cancellingInDoubt: Act = {
  of: 'food.orders',
  prepare: (scene) => Promise.resolve(async () => scene.kitchen.cancel(scene.minji, await inDoubt(scene))),
};
/** An operator cancels its workflow, and its customer looks at it. */
const withdrawingInDoubt: Act = {
  of: 'food.orders',
  prepare: (scene) =>
    Promise.resolve(async () => {
      const id = await inDoubt(scene);
      await (await scene.kitchen.stack.temporal).workflow.getHandle(id).cancel();
      return scene.minji.get(`/v1/orders/${id}`);
    }),
};

const TAKEN: Step[3] = [201, 'DELIVERING'];
/** It may take longer than anybody waits; the money is on its way back by then. */
const CANCELLED: Step[3] = [[200, 503], 'CANCELLED'];
const STANDS: Step[3] = [503, 'DELIVERING'];

export const ORDERS: Step[] = [
  ['food', 'takeOrder', ordering, [503, 'REFUSED'], TAKEN],
  [
    'food',
    'refuseOrder',
    { ...ordering, hangsAt: 'takeOrder' },
    [503, 'REFUSED'],
    [[201, 503], 'DELIVERING'],
  ],
  ['food', 'paid', ordering, TAKEN, TAKEN],
  ['food', 'delivering', ordering, TAKEN, TAKEN],
  ['food', 'cancel', cancelling, CANCELLED, CANCELLED],
  ['food', 'delivered', completing, STANDS, [200, 'DELIVERED']],

  ['delivery', 'startDelivery', ordering, TAKEN, TAKEN],
  ['delivery', 'completeDelivery', completing, STANDS, STANDS],
  ['delivery', 'resumeDelivery', { ...completing, hangsAt: 'completeDelivery' }, STANDS, STANDS],
  ['delivery', 'cancelDelivery', cancelling, [200, 'CANCELLED'], [200, 'CANCELLED']],

  ['payment', 'pay', ordering, TAKEN, TAKEN],
  ['payment', 'dropCharge', cancellingInDoubt, CANCELLED, CANCELLED],
  ['payment', 'giveBack', withdrawingInDoubt, [200, 'CANCELLED'], [200, 'CANCELLED']],
  ['payment', 'refund', cancelling, STANDS, CANCELLED],
];
