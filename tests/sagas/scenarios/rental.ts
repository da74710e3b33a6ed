import type { RentBike } from '../../../workflows/bike/contract';
import { topUpFor } from '../orders';
import type { RentalEnd } from '../kinds';
import type { FaultHarness } from '../harness';
import { conversionFor, rentalFor } from '../orders';
import { type Besides, type Fault, named, plan, returns, type Run, type Scenario } from './scenario';

type RentalScenario = Scenario<RentalEnd>;

const PLENTY = 10_000;
const PATIENT_MS = 30_000;

export const renting = (...besides: Besides[]): RentalScenario => ({
  name: named('renting a bike', besides),
  ...returns('CLOSED'),
  // Returned, and so paid, by nobody but an operator.
  means: ['RENTED', 'CLOSED'],
  refused: ['REFUSED'],
  run: async (harness, fault) => {
    const order = await ready(harness, PLENTY, fault.patienceMs);
    plan(harness, order.id, besides);
    fault.on(order.id);
    return { id: order.id, answer: await harness.client.rent(order) };
  },
});

const returningWith = (doing: string, deposit: number): RentalScenario => ({
  name: doing,
  ...returns('CLOSED', 'UNPAID'),
  means: ['CLOSED', 'UNPAID'],
  run: async (harness, fault) => {
    const { id } = await rented(harness, deposit);
    fault.on(id);
    return { id, answer: await harness.client.bringBack(id, '판교', fault.patienceMs) };
  },
});

export const returning = returningWith('returning a bike', PLENTY);
export const returningPoor = returningWith('returning a bike with too little deposit', 999);

/** An operator cancels the workflow of a rental. */
export const recalling: RentalScenario = {
  name: 'recalling a bike',
  means: ['CLOSED'],
  run: async (harness, fault) => {
    const { id } = await rented(harness, PLENTY);
    fault.on(id);
    await harness.client.withdraw(id);
    return { id };
  },
};

/** The customer tops up after the bill was left unpaid. */
export const settling: RentalScenario = {
  name: 'settling an unpaid bill',
  means: ['CLOSED'],
  run: unpaid(async ({ client }, { id, customer }, fault) => {
    fault.on(id);
    return { id, answer: await client.topUp(topUpFor({ customer })) };
  }),
};

/** The same, and it is the top-up that goes wrong. */
export const toppingUp: RentalScenario = {
  name: 'topping up for an unpaid bill',
  means: ['CLOSED'],
  refused: ['UNPAID'],
  run: unpaid(async ({ client }, { id, customer }, fault) => {
    const order = topUpFor({ customer, answerBy: Date.now() + fault.patienceMs });
    fault.on(order.id);
    return { id, also: order.id, answer: await client.topUp(order) };
  }),
};

/** The same by points of a manager who owes it. */
export const converting: RentalScenario = {
  name: 'converting points for an unpaid bill',
  means: ['CLOSED'],
  refused: ['UNPAID'],
  run: unpaid(async (harness, { id, customer }, fault) => {
    await harness.backend.manager(customer, PLENTY);
    const order = conversionFor(customer, PLENTY, Date.now() + fault.patienceMs);
    fault.on(order.id);
    return { id, also: order.id, answer: await harness.converted(order) };
  }),
};

async function ready({ backend }: FaultHarness, deposit: number, patienceMs: number): Promise<RentBike> {
  const order = rentalFor(await backend.bike(), { answerBy: Date.now() + patienceMs });
  if (deposit > 0) await backend.deposit(order.customer, deposit);
  return order;
}

/** A rental under way of a customer with so much in the deposit. */
export async function rented(harness: FaultHarness, deposit: number): Promise<RentBike> {
  const order = await ready(harness, deposit, PATIENT_MS);
  const answer = await harness.client.rent(order);
  if (answer !== 'done') throw new Error(answer);
  return order;
}

function unpaid(
  then: (harness: FaultHarness, order: RentBike, fault: Fault) => Promise<Run>,
): RentalScenario['run'] {
  return async (harness, fault) => {
    const order = await rented(harness, 999);
    await harness.client.bringBack(order.id, '판교', PATIENT_MS);
    if (!(await harness.rests(order.id))) throw new Error('not unpaid');
    return then(harness, order, fault);
  };
}
