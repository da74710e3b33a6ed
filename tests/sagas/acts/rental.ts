import type { RentBike } from '../../../workflows/bike/contract';
import { topUpFor } from '../desk';
import type { RentalEnd } from '../laws/rental';
import type { Theatre } from '../theatre';
import { conversionFor, rentalFor } from '../vehicles';
import { type Act, type Besides, type Drill, named, plan, type Played } from './act';

type RentalAct = Act<RentalEnd>;

const PLENTY = 10_000;
const PATIENT_MS = 30_000;

export const renting = (...besides: Besides[]): RentalAct => ({
  name: named('renting a bike', besides),
  // Returned, and so paid, by nobody but an operator.
  means: ['RENTED', 'CLOSED'],
  refused: ['REFUSED'],
  play: async (theatre, drill) => {
    const order = await ready(theatre, PLENTY, drill.patienceMs);
    plan(theatre, order.id, besides);
    drill.on(order.id);
    return { id: order.id, answer: await theatre.desk.rent(order) };
  },
});

const returningWith = (doing: string, deposit: number): RentalAct => ({
  name: doing,
  means: ['CLOSED', 'UNPAID'],
  play: async (theatre, drill) => {
    const { id } = await rented(theatre, deposit);
    drill.on(id);
    return { id, answer: await theatre.desk.bringBack(id, '판교', drill.patienceMs) };
  },
});

export const returning = returningWith('returning a bike', PLENTY);
export const returningPoor = returningWith('returning a bike with too little deposit', 999);

/** An operator cancels the workflow of a rental. */
export const recalling: RentalAct = {
  name: 'recalling a bike',
  means: ['CLOSED'],
  play: async (theatre, drill) => {
    const { id } = await rented(theatre, PLENTY);
    drill.on(id);
    await theatre.desk.workflow(id).cancel();
    return { id };
  },
};

/** The customer tops up after the bill was left unpaid. */
export const settling: RentalAct = {
  name: 'settling an unpaid bill',
  means: ['CLOSED'],
  play: unpaid(async ({ desk }, { id, customer }, drill) => {
    drill.on(id);
    return { id, answer: await desk.topUp(topUpFor({ customer })) };
  }),
};

/** The same, and it is the top-up that goes wrong. */
export const toppingUp: RentalAct = {
  name: 'topping up for an unpaid bill',
  means: ['CLOSED'],
  refused: ['UNPAID'],
  play: unpaid(async ({ desk }, { id, customer }, drill) => {
    const order = topUpFor({ customer, answerBy: Date.now() + drill.patienceMs });
    drill.on(order.id);
    return { id, also: order.id, answer: await desk.topUp(order) };
  }),
};

/** The same by points of a manager who owes it. */
export const converting: RentalAct = {
  name: 'converting points for an unpaid bill',
  means: ['CLOSED'],
  refused: ['UNPAID'],
  play: unpaid(async (theatre, { id, customer }, drill) => {
    await theatre.stage.manager(customer, PLENTY);
    const order = conversionFor(customer, PLENTY, Date.now() + drill.patienceMs);
    drill.on(order.id);
    return { id, also: order.id, answer: await theatre.converted(order) };
  }),
};

async function ready({ stage }: Theatre, deposit: number, patienceMs: number): Promise<RentBike> {
  const order = rentalFor(await stage.bike(), { answerBy: Date.now() + patienceMs });
  if (deposit > 0) await stage.deposit(order.customer, deposit);
  return order;
}

/** A rental under way of a customer with so much in the deposit. */
export async function rented(theatre: Theatre, deposit: number): Promise<RentBike> {
  const order = await ready(theatre, deposit, PATIENT_MS);
  const answer = await theatre.desk.rent(order);
  if (answer !== 'done') throw new Error(answer);
  return order;
}

function unpaid(
  then: (theatre: Theatre, order: RentBike, drill: Drill) => Promise<Played>,
): RentalAct['play'] {
  return async (theatre, drill) => {
    const order = await rented(theatre, 999);
    await theatre.desk.bringBack(order.id, '판교', PATIENT_MS);
    if (!(await theatre.rests(order.id))) throw new Error('not unpaid');
    return then(theatre, order, drill);
  };
}
