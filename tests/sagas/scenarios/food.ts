import { until } from '../../../engine/wait';
import type { OrderStatus } from '../../../workflows/food/contract';
import type { PaymentMeans } from '../../../workflows/payment/contract';
import { mealFor } from '../orders';
import type { FaultHarness } from '../harness';
import { type Besides, cancels, completes, named, plan, type Scenario } from './scenario';

type OrderScenario = Scenario<OrderStatus>;

const orderingBy =
  (doing: string, payment?: PaymentMeans) =>
  (...besides: Besides[]): OrderScenario => ({
    name: named(doing, besides),
    ...cancels,
    // Taken is all that the customer heard; what then cannot be paid is cancelled.
    means: ['DELIVERING', 'CANCELLED'],
    refused: ['REFUSED'],
    run: async (harness, fault) => {
      const order = mealFor({ answerBy: Date.now() + fault.patienceMs, ...(payment && { payment }) });
      if (payment) await harness.backend.deposit(order.customer, order.totalPrice);
      plan(harness, order.id, besides);
      fault.on(order.id);
      return { id: order.id, answer: await harness.client.order(order) };
    },
  });

export const ordering = orderingBy('ordering');
export const orderingFromDeposit = orderingBy('ordering from the deposit', { method: 'deposit' });

export const cancelling = (...besides: Besides[]): OrderScenario => ({
  name: named('cancelling an order', besides),
  ...completes,
  means: ['CANCELLED'],
  run: underWay(besides, ({ client }, id, patienceMs) => client.cancel(id, patienceMs)),
});

export const completing = (...besides: Besides[]): OrderScenario => ({
  name: named('completing a delivery', besides),
  ...cancels,
  means: ['DELIVERED'],
  run: underWay(besides, ({ client }, id, patienceMs) => client.complete(id, patienceMs)),
});

/** The customer cancels while what a courier completed in vain is still being undone. */
export const cancellingWhatIsResumed: OrderScenario = {
  name: 'cancelling an order whose delivery is being resumed',
  means: ['CANCELLED'],
  run: underWay([['delivered', 'refuses', 'food-unavailable']], async ({ client }, id, patienceMs) => {
    await client.complete(id);
    return client.cancel(id, patienceMs);
  }),
};

/** An operator cancels the workflow of an order that is on its way. */
export const withdrawing: OrderScenario = {
  name: 'withdrawing an order',
  ...completes,
  means: ['CANCELLED'],
  run: underWay([], async ({ client }, id) => {
    await client.withdraw(id);
  }),
};

/** The customer cancels while nobody knows what became of the charge. */
export const cancellingInDoubt = (way: 'fails' | 'losesAnswer'): OrderScenario => ({
  name: `cancelling an order, pay ${way}`,
  means: ['CANCELLED'],
  run: inDoubt(way, ({ client }, id, patienceMs) => client.cancel(id, patienceMs)),
});

/** And so does an operator. */
export const withdrawingInDoubt = (way: 'fails' | 'losesAnswer'): OrderScenario => ({
  name: `withdrawing an order, pay ${way}`,
  means: ['CANCELLED'],
  run: inDoubt(way, async ({ client }, id) => {
    await client.withdraw(id);
  }),
});

/** The search for a courier of an order that is on its way. */
export const offering: OrderScenario = {
  name: 'offering a delivery',
  means: ['DELIVERING'],
  run: async (harness, fault) => {
    const order = mealFor({ answerBy: Date.now() + fault.patienceMs });
    fault.on(order.deliveryId);
    return { id: order.id, also: order.deliveryId, answer: await harness.client.order(order) };
  },
};

type Then = (harness: FaultHarness, id: string, patienceMs: number) => Promise<string | void>;

function underWay(besides: Besides[], then: Then): OrderScenario['run'] {
  return async (harness, fault) => {
    const id = await harness.delivering();
    plan(harness, id, besides);
    fault.on(id);
    const answer = await then(harness, id, fault.patienceMs);
    return { id, ...(typeof answer === 'string' && { answer }) };
  };
}

function inDoubt(way: 'fails' | 'losesAnswer', then: Then): OrderScenario['run'] {
  return async (harness, fault) => {
    const { id, ...order } = mealFor({ answerBy: Date.now() + 30_000 });
    plan(harness, id, [['pay', way]]);
    fault.on(id);
    const begun = await harness.client.order({ id, ...order });
    if (begun !== 'done') throw new Error(begun);
    const tried = () => harness.faults.hasStruck(id, 'pay');
    if (!(await until(tried, { withinMs: 30_000, everyMs: 20 }))) throw new Error(`${id} was not tried`);
    const answer = await then(harness, id, fault.patienceMs);
    return { id, ...(typeof answer === 'string' && { answer }) };
  };
}
