import { until } from '../../../engine/wait';
import { card } from '../../cinema';
import { type Outcome, type Play, type Row, type Scenario, statusIn } from './scenario';

const end = statusIn('food.orders');

const ordering: Scenario = {
  name: 'ordering',
  prepare: ({ customer, kitchen }) => Promise.resolve(() => kitchen.order(customer)),
  end,
};
const cancelling: Scenario = {
  name: 'cancelling an order',
  isAct: true,
  prepare: async ({ customer, kitchen }) => {
    const { id } = await kitchen.delivering(customer);
    return () => kitchen.cancel(customer, id as string);
  },
  end,
};
const completing: Scenario = {
  name: 'completing a delivery',
  isAct: true,
  prepare: async ({ customer, kitchen }) => {
    const { delivery } = await kitchen.delivering(customer);
    return () => kitchen.complete(delivery.id as string);
  },
  end,
};

/** The provider has captured, and payment does not know. @returns the order */
async function inDoubt({ stack, customer, kitchen }: Play): Promise<string> {
  const id = await kitchen.ordered(customer, card('tok_error_after'));
  const unknown = async () => {
    const charges = stack.db('payment.charges').where({ customer: customer.user, state: 'UNKNOWN' });
    return (await charges.first<object | undefined>('key')) !== undefined;
  };
  if (!(await until(unknown, { withinMs: 10_000, everyMs: 20 }))) throw new Error(`${id} is in no doubt`);
  return id;
}
const cancellingInDoubt: Scenario = {
  name: 'cancelling an order whose charge is in doubt',
  isAct: true,
  fails: { pay: 'done once' },
  prepare: async (play) => {
    const id = await inDoubt(play);
    return () => play.kitchen.cancel(play.customer, id);
  },
  end,
};
/** An operator cancels its workflow, and its customer looks at it. */
const withdrawingInDoubt: Scenario = {
  name: 'an operator cancels an order whose charge is in doubt',
  fails: { pay: 'done once' },
  prepare: async (play) => {
    const id = await inDoubt(play);
    return async () => {
      await (await play.stack.temporal).workflow.getHandle(id).cancel();
      return play.customer.get(`/v1/orders/${id}`);
    };
  },
  end,
};

/** The search for a courier has a workflow of its own, named after the delivery. */
const offering: Scenario = {
  ...ordering,
  name: 'offering a delivery, nobody on duty',
  end: async (play) => {
    const deliveries = play.stack.db('delivery.deliveries').where({ customer: play.customer.user });
    const [id = ''] = await deliveries.pluck<string[]>('id');
    const search = (await play.stack.temporal).workflow.getHandle(id);
    const { status } = await search.describe();
    return `${await end(play)}, ${status.name === 'COMPLETED' ? String(await search.result()) : status.name}`;
  },
};

const TAKEN: Outcome = [201, 'DELIVERING'];
/** It may take longer than anybody waits; the money is on its way back by then. */
const CANCELLED: Outcome = [[200, 503], 'CANCELLED'];
const STANDS: Outcome = [503, 'DELIVERING'];
const REFUSED: Outcome = [503, 'REFUSED'];

export const ORDERS: Row[] = [
  ['food', 'takeOrder', ordering, REFUSED, TAKEN],
  ['food', 'refuseOrder', { ...ordering, fails: { takeOrder: 'refused' } }, REFUSED, REFUSED],
  ['food', 'refuseOrder', { ...ordering, fails: { takeOrder: 'lost' } }, TAKEN, TAKEN],
  ['food', 'paid', ordering, TAKEN, TAKEN],
  ['food', 'delivering', ordering, TAKEN, TAKEN],
  ['food', 'cancel', cancelling, CANCELLED, CANCELLED],
  ['food', 'delivered', completing, STANDS, [200, 'DELIVERED']],

  ['delivery', 'startDelivery', ordering, TAKEN, TAKEN],
  ['delivery', 'offerDelivery', offering, [201, 'DELIVERING, OPEN'], [201, 'DELIVERING, OPEN']],
  ['delivery', 'completeDelivery', completing, STANDS, STANDS],
  ['delivery', 'resumeDelivery', { ...completing, fails: { completeDelivery: 'lost' } }, STANDS, STANDS],
  ['delivery', 'cancelDelivery', cancelling, [200, 'CANCELLED'], [200, 'CANCELLED']],

  ['payment', 'pay', ordering, TAKEN, TAKEN],
  ['payment', 'dropCharge', cancellingInDoubt, CANCELLED, CANCELLED],
  ['payment', 'giveBack', withdrawingInDoubt, [200, 'CANCELLED'], [200, 'CANCELLED']],
  ['payment', 'refund', cancelling, STANDS, CANCELLED],
];
