import type { PassStatus, RideStatus } from '../../../workflows/kickboard/contract';
import type { PaymentMeans } from '../../../workflows/payment/contract';
import type { Theatre } from '../theatre';
import { passFor, rideFor, somebody } from '../vehicles';
import { type Act, type Besides, type Drill, named, plan } from './act';

type RideAct = Act<RideStatus>;

const buyingBy =
  (doing: string, payment?: PaymentMeans) =>
  (...besides: Besides[]): Act<PassStatus> => ({
    name: named(doing, besides),
    means: ['AVAILABLE'],
    refused: ['FAILED'],
    play: async (theatre, drill) => {
      const order = passFor({ answerBy: Date.now() + drill.patienceMs, ...(payment && { payment }) });
      if (payment) await theatre.stage.deposit(order.customer, order.price);
      plan(theatre, order.id, besides);
      drill.on(order.id);
      return { id: order.id, answer: await theatre.desk.buyPass(order) };
    },
  });

export const buying = buyingBy('buying a pass');
export const buyingFromDeposit = buyingBy('buying a pass from the deposit', { method: 'deposit' });

/** What the ride needs is there before. */
async function ready({ stage }: Theatre, patienceMs: number) {
  const pass = passFor({ customer: somebody() });
  const [kickboardId] = await Promise.all([stage.kickboard(), stage.bought(pass)]);
  return rideFor({ customer: pass.customer, kickboardId, passId: pass.id }, Date.now() + patienceMs);
}

export const riding = (...besides: Besides[]): RideAct => ({
  name: named('riding a kickboard', besides),
  // Returned by nobody but an operator.
  means: ['RENTED', 'RETURNED'],
  refused: ['REFUSED'],
  play: async (theatre, drill) => {
    const order = await ready(theatre, drill.patienceMs);
    plan(theatre, order.id, besides);
    drill.on(order.id);
    return { id: order.id, answer: await theatre.desk.ride(order) };
  },
});

/** A ride that nobody brings back, which was due a day before it began. */
export const losing: RideAct = {
  name: 'never returning a kickboard',
  means: ['RENTED', 'RETURNED'],
  play: async (theatre, drill) => {
    await theatre.stage.overdueRides();
    const order = { ...(await ready(theatre, drill.patienceMs)), minutes: -24 * 60 };
    drill.on(order.id);
    return { id: order.id, answer: await theatre.desk.ride(order) };
  },
};

export const returning = (...besides: Besides[]): RideAct => ({
  name: named('returning a kickboard', besides),
  means: ['RETURNED'],
  play: underWay(besides, ({ desk }, id, patienceMs) => desk.bringBack(id, '판교', patienceMs)),
});

/** An operator cancels the workflow of a ride. */
export const recalling: RideAct = {
  name: 'recalling a kickboard',
  means: ['RETURNED'],
  play: underWay([], async ({ desk }, id) => {
    await desk.workflow(id).cancel();
  }),
};

function underWay(
  besides: Besides[],
  then: (theatre: Theatre, id: string, patienceMs: number) => Promise<string | void>,
): RideAct['play'] {
  return async (theatre, drill: Drill) => {
    const order = await ready(theatre, 30_000);
    const begun = await theatre.desk.ride(order);
    if (begun !== 'done') throw new Error(begun);
    plan(theatre, order.id, besides);
    drill.on(order.id);
    const answer = await then(theatre, order.id, drill.patienceMs);
    return { id: order.id, ...(typeof answer === 'string' && { answer }) };
  };
}
