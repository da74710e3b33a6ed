import { until } from '../../../engine/wait';
import type { OrderStatus } from '../../../workflows/food/contract';
import type { PaymentMeans } from '../../../workflows/payment/contract';
import { mealFor } from '../meals';
import type { Theatre } from '../theatre';
import { type Act, type Besides, named, plan } from './act';

type OrderAct = Act<OrderStatus>;

const orderingBy =
  (doing: string, payment?: PaymentMeans) =>
  (...besides: Besides[]): OrderAct => ({
    name: named(doing, besides),
    // Taken is all that the customer heard; what then cannot be paid is cancelled.
    means: ['DELIVERING', 'CANCELLED'],
    refused: ['REFUSED'],
    play: async (theatre, drill) => {
      const order = mealFor({ answerBy: Date.now() + drill.patienceMs, ...(payment && { payment }) });
      if (payment) await theatre.stage.deposit(order.customer, order.totalPrice);
      plan(theatre, order.id, besides);
      drill.on(order.id);
      return { id: order.id, answer: await theatre.desk.order(order) };
    },
  });

export const ordering = orderingBy('ordering');
export const orderingFromDeposit = orderingBy('ordering from the deposit', { method: 'deposit' });

export const cancelling = (...besides: Besides[]): OrderAct => ({
  name: named('cancelling an order', besides),
  means: ['CANCELLED'],
  play: underWay(besides, ({ desk }, id, patienceMs) => desk.cancel(id, patienceMs)),
});

export const completing = (...besides: Besides[]): OrderAct => ({
  name: named('completing a delivery', besides),
  means: ['DELIVERED'],
  play: underWay(besides, ({ desk }, id, patienceMs) => desk.complete(id, patienceMs)),
});

/** The customer cancels while what a courier completed in vain is still being undone. */
export const cancellingWhatIsResumed: OrderAct = {
  name: 'cancelling an order whose delivery is being resumed',
  means: ['CANCELLED'],
  play: underWay([['delivered', 'refuses', 'food-unavailable']], async ({ desk }, id, patienceMs) => {
    await desk.complete(id);
    return desk.cancel(id, patienceMs);
  }),
};

/** An operator cancels the workflow of an order that is on its way. */
export const withdrawing: OrderAct = {
  name: 'withdrawing an order',
  means: ['CANCELLED'],
  play: underWay([], async ({ desk }, id) => {
    await desk.workflow(id).cancel();
  }),
};

/** The customer cancels while nobody knows what became of the charge. */
export const cancellingInDoubt = (way: 'fails' | 'losesAnswer'): OrderAct => ({
  name: `cancelling an order, pay ${way}`,
  means: ['CANCELLED'],
  play: inDoubt(way, ({ desk }, id, patienceMs) => desk.cancel(id, patienceMs)),
});

/** And so does an operator. */
export const withdrawingInDoubt = (way: 'fails' | 'losesAnswer'): OrderAct => ({
  name: `withdrawing an order, pay ${way}`,
  means: ['CANCELLED'],
  play: inDoubt(way, async ({ desk }, id) => {
    await desk.workflow(id).cancel();
  }),
});

type Then = (theatre: Theatre, id: string, patienceMs: number) => Promise<string | void>;

function underWay(besides: Besides[], then: Then): OrderAct['play'] {
  return async (theatre, drill) => {
    const id = await theatre.delivering();
    plan(theatre, id, besides);
    drill.on(id);
    const answer = await then(theatre, id, drill.patienceMs);
    return { id, ...(typeof answer === 'string' && { answer }) };
  };
}

function inDoubt(way: 'fails' | 'losesAnswer', then: Then): OrderAct['play'] {
  return async (theatre, drill) => {
    const { id, ...order } = mealFor({ answerBy: Date.now() + 30_000 });
    plan(theatre, id, [['pay', way]]);
    drill.on(id);
    const begun = await theatre.desk.order({ id, ...order });
    if (begun !== 'done') throw new Error(begun);
    const tried = () => theatre.faults.hasStruck(id, 'pay');
    if (!(await until(tried, { withinMs: 30_000, everyMs: 20 }))) throw new Error(`${id} was not tried`);
    const answer = await then(theatre, id, drill.patienceMs);
    return { id, ...(typeof answer === 'string' && { answer }) };
  };
}
