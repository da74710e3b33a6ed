import type { Service } from '../../config';
import { until } from '../../engine/wait';
import { card } from '../cinema';
import type { Answer, Customer } from '../customer';
import { Fleet } from '../fleet';
import { startSystem, type System } from '../system';
import { breachesAtTheBank, breachesOnceEnded } from './hires';

/** Where the status of a thing is written down, and what tells whose it is. */
const WHOSE = {
  'kickboard.rides': 'customer',
  'kickboard.passes': 'customer',
  'bike.rentals': 'customer',
  'bike.reports': 'manager',
  'bike.conversions': 'manager',
};

/** What someone asks for while a worker dies. */
interface Act {
  of: keyof typeof WHOSE;
  /** The opening points of whoever asks, where that is a manager. */
  points?: number;
  /** Brings about all that comes before. @returns what is then to be asked */
  prepare: (customer: Customer) => Promise<() => Promise<Answer>>;
}

const buying = (token?: string): Act => ({
  of: 'kickboard.passes',
  prepare: (minji) => Promise.resolve(() => minji.post('/v1/passes', { type: '1', payment: card(token) })),
});
const riding: Act = {
  of: 'kickboard.rides',
  prepare: async (minji) => {
    const [kickboardId, passId] = await Promise.all([fleet.kickboard(), fleet.pass(minji)]);
    return () => minji.post('/v1/rides', { kickboardId, passId });
  },
};
const returningARide: Act = {
  of: 'kickboard.rides',
  prepare: async (minji) => {
    const ride = await fleet.ride(minji, await fleet.kickboard(), await fleet.pass(minji));
    return () => fleet.bringBack(minji, ride);
  },
};

const renting: Act = {
  of: 'bike.rentals',
  prepare: async (minji) => {
    const bikeId = await fleet.bike();
    return () => minji.post('/v1/rentals', { bikeId });
  },
};
const returning = (deposit = 5_000): Act => ({
  of: 'bike.rentals',
  prepare: async (minji) => {
    if (deposit > 0) await fleet.topUp(minji, deposit);
    const rental = await fleet.rent(minji, await fleet.bike());
    await fleet.billed(minji, rental, 'OPEN');
    return () => fleet.bringBack(minji, rental);
  },
});
const payingDebts: Act = {
  of: 'bike.rentals',
  prepare: async (minji) => {
    const rental = await fleet.rent(minji, await fleet.bike());
    await fleet.bringBack(minji, rental);
    await fleet.billed(minji, rental, 'UNPAID');
    return () => minji.post('/v1/deposits/top-ups', { amount: 5_000, payment: card() });
  },
};

const reporting: Act = {
  of: 'bike.reports',
  points: 0,
  prepare: async (suho) => {
    const bike = await fleet.bike();
    return () => fleet.report(suho, bike, false);
  },
};
const converting: Act = {
  of: 'bike.conversions',
  points: 1_000,
  prepare: (suho) => Promise.resolve(() => suho.post('/v1/managers/me/conversions', { points: 1_000 })),
};

type End = [answer: number, end: string];
/** The step, before or after which its worker dies, what is asked for meanwhile, and both ends. */
const STEPS: [service: Service, step: string, act: Act, before: End, after: End][] = [
  ['kickboard', 'openPass', buying(), [503, 'FAILED'], [503, 'FAILED']],
  ['kickboard', 'confirmPass', buying(), [503, 'FAILED'], [201, 'AVAILABLE']],
  ['kickboard', 'failPass', buying('tok_declined'), [503, 'FAILED'], [402, 'FAILED']],
  ['kickboard', 'claim', riding, [503, 'REFUSED'], [201, 'RENTED']],
  ['kickboard', 'takeBack', returningARide, [503, 'RENTED'], [200, 'RETURNED']],

  ['bike', 'claim', renting, [503, 'REFUSED'], [201, 'RENTED']],
  ['bike', 'takeBack', returning(), [503, 'RENTED'], [200, 'RETURNED']],
  ['bike', 'owe', returning(0), [200, 'RETURNED'], [200, 'RETURNED']],
  ['bike', 'oweNoMore', payingDebts, [201, 'RETURNED'], [201, 'RETURNED']],
  ['bike', 'applyReport', reporting, [503, 'REFUSED'], [201, 'APPLIED']],
  ['bike', 'takePoints', converting, [503, 'REFUSED'], [503, 'GIVEN_BACK']],
  ['bike', 'converted', converting, [201, 'CONVERTED'], [201, 'CONVERTED']],

  ['billing', 'openBill', renting, [201, 'RENTED'], [201, 'RENTED']],
  ['billing', 'assess', returning(), [200, 'RETURNED'], [200, 'RETURNED']],
  ['billing', 'leaveUnpaid', returning(0), [200, 'RETURNED'], [200, 'RETURNED']],
  ['billing', 'close', returning(), [200, 'RETURNED'], [200, 'RETURNED']],

  ['payment', 'payBill', returning(), [200, 'RETURNED'], [200, 'RETURNED']],
  ['payment', 'creditConversion', converting, [503, 'GIVEN_BACK'], [201, 'CONVERTED']],
];
const CRASHES = STEPS.flatMap(([service, step, act, before, after]) =>
  Object.entries({ before, after }).map(([when, end]) => ({ service, when, step, act, end })),
);
type Crash = (typeof CRASHES)[number];

let system: System;
let fleet: Fleet;
const played = new Map<Crash, { customer: Customer; answer: Promise<Answer> }>();

/**
 * Each worker dies twice, in the middle of all of its steps: before them, and after them. What it leaves behind is for
 * those that come after. Kickboards and bikes need not wait for each other; the rest needs bikes.
 */
beforeAll(async () => {
  system = await startSystem({ apart: true, quiet: true, without: ['movie', 'boxoffice'] });
  fleet = await Fleet.open(system);
  for (const lanes of [['kickboard', 'bike'], ['billing'], ['payment']] as const)
    await Promise.all(lanes.map((service) => dieTwice(service)));
}, 240_000);
afterAll(() => system.stop());

async function dieTwice(service: Service): Promise<void> {
  await system.kill(`worker ${service}`);
  for (const when of ['before', 'after'])
    await playUntilDeath(
      service,
      CRASHES.filter((crash) => crash.service === service && crash.when === when),
    );
  await system.work([service]);
}

async function playUntilDeath(service: Service, crashes: Crash[]): Promise<void> {
  const customers = await Promise.all(
    crashes.map(({ act: { points } }) => (points === undefined ? system.customer() : fleet.manager(points))),
  );
  const points = crashes.map(({ when, step }, i) => `${when}:${step} of ${customers[i]!.user}`);
  await system.work([service], points.join('; '));
  const asks = await Promise.all(crashes.map(({ act }, i) => act.prepare(customers[i]!)));
  for (const [i, crash] of crashes.entries())
    played.set(crash, { customer: customers[i]!, answer: asks[i]!() });
  if (!(await system.died(`worker ${service}`, 20_000))) throw new Error(`the ${service} worker lives on`);
}

/** The one thing of that kind that a customer ever asked for, as it came to rest. */
async function statusOf({ user }: Customer, of: Act['of']): Promise<string> {
  const rows = await system
    .db(of)
    .where({ [WHOSE[of]]: user })
    .pluck<string[]>('status');
  return rows.join();
}

test.each(CRASHES)('kill -9 of the $service worker $when $step', async (crash) => {
  const { act, end } = crash;
  const { customer, answer } = played.get(crash)!;
  const { status, ms } = await answer;
  expect(status).toBe(end[0]);
  expect(ms).toBeLessThan(21_000);
  const ended = async () => (await statusOf(customer, act.of)) === end[1];
  expect([await until(ended, { withinMs: 30_000 }), await statusOf(customer, act.of)]).toEqual([
    true,
    end[1],
  ]);
});

test('what is out by then is brought back, and costs what it took since it was claimed', async () => {
  const out = [...played].filter(([{ end }]) => end[1] === 'RENTED');
  for (const [{ act }, { customer }] of out) {
    const ids = await system.db(act.of).where({ customer: customer.user }).pluck<string[]>('id');
    for (const id of ids) expect((await fleet.bringBack(customer, id)).status).toBe(200);
  }
});

test('everything has come to a lawful end: single-owned, counted, billed and paid', async () => {
  expect(await breachesOnceEnded(system)).toEqual([]);
  expect(await breachesAtTheBank(system)).toEqual([]);
});
