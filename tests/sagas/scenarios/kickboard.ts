import type { PassStatus, RideStatus } from '../../../workflows/kickboard/contract';
import type { PaymentMeans } from '../../../workflows/payment/contract';
import type { FaultHarness } from '../harness';
import { passFor, rideFor, somebody } from '../orders';
import { type Besides, type Fault, named, plan, returns, type Scenario } from './scenario';

type RideScenario = Scenario<RideStatus>;

const buyingBy =
  (doing: string, payment?: PaymentMeans) =>
  (...besides: Besides[]): Scenario<PassStatus> => ({
    name: named(doing, besides),
    means: ['AVAILABLE'],
    refused: ['FAILED'],
    run: async (harness, fault) => {
      const order = passFor({ answerBy: Date.now() + fault.patienceMs, ...(payment && { payment }) });
      if (payment) await harness.backend.deposit(order.customer, order.price);
      plan(harness, order.id, besides);
      fault.on(order.id);
      return { id: order.id, answer: await harness.client.buyPass(order) };
    },
  });

export const buying = buyingBy('buying a pass');
export const buyingFromDeposit = buyingBy('buying a pass from the deposit', { method: 'deposit' });

/** What the ride needs is there before. */
async function ready({ backend }: FaultHarness, patienceMs: number) {
  const pass = passFor({ customer: somebody() });
  const [kickboardId] = await Promise.all([backend.kickboard(), backend.bought(pass)]);
  return rideFor({ customer: pass.customer, kickboardId, passId: pass.id }, Date.now() + patienceMs);
}

export const riding = (...besides: Besides[]): RideScenario => ({
  name: named('riding a kickboard', besides),
  ...returns('RETURNED'),
  // Returned by nobody but an operator.
  means: ['RENTED', 'RETURNED'],
  refused: ['REFUSED'],
  run: async (harness, fault) => {
    const order = await ready(harness, fault.patienceMs);
    plan(harness, order.id, besides);
    fault.on(order.id);
    return { id: order.id, answer: await harness.client.ride(order) };
  },
});

/** A ride that nobody brings back, which was due a day before it began. */
export const losing: RideScenario = {
  name: 'never returning a kickboard',
  ...returns('RETURNED'),
  means: ['RENTED', 'RETURNED'],
  run: async (harness, fault) => {
    await harness.backend.overdueRides();
    const order = { ...(await ready(harness, fault.patienceMs)), minutes: -24 * 60 };
    fault.on(order.id);
    return { id: order.id, answer: await harness.client.ride(order) };
  },
};

export const returning = (...besides: Besides[]): RideScenario => ({
  name: named('returning a kickboard', besides),
  ...returns('RETURNED'),
  means: ['RETURNED'],
  run: underWay(besides, ({ client }, id, patienceMs) => client.bringBack(id, '판교', patienceMs)),
});

/** An operator cancels the workflow of a ride. */
export const recalling: RideScenario = {
  name: 'recalling a kickboard',
  means: ['RETURNED'],
  run: underWay([], async ({ client }, id) => {
    await client.withdraw(id);
  }),
};

function underWay(
  besides: Besides[],
  then: (harness: FaultHarness, id: string, patienceMs: number) => Promise<string | void>,
): RideScenario['run'] {
  return async (harness, fault: Fault) => {
    const order = await ready(harness, 30_000);
    const begun = await harness.client.ride(order);
    if (begun !== 'done') throw new Error(begun);
    plan(harness, order.id, besides);
    fault.on(order.id);
    const answer = await then(harness, order.id, fault.patienceMs);
    return { id: order.id, ...(typeof answer === 'string' && { answer }) };
  };
}
