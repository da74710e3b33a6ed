import { LISTENERS } from '../../config';
import { pause, until } from '../../engine/wait';
import { card } from '../cinema';
import type { Answer, TestClient } from '../test-client';
import { Fleet } from '../fleet';
import { insist } from '../insist';
import { startStack, type TestStack } from '../test-stack';
import { breachesOnceEnded } from './hires';

let stack: TestStack;
let fleet: Fleet;
/** Has a bike and a kickboard out and two passes for two rides each, and reports on bikes besides. */
let minji: TestClient;
let rental: string;
let ride: string;
let passes: [string, string];
/** Out from the first test to the last. */
let longRental: string;

beforeAll(async () => {
  const everyMinuteCounts = { TARIFF_FIRST_MINUTES: '1', TARIFF_STEP_MINUTES: '1' };
  stack = await startStack({
    listeners: LISTENERS,
    asShipped: true,
    apart: ['kickboard', 'bike', 'payment'],
    quiet: true,
    without: ['billing', 'movie', 'boxoffice'],
    env: everyMinuteCounts,
  });
  fleet = await Fleet.open(stack);
  minji = await stack.signIn({ roles: ['customer', 'manager'] });
  await fleet.admin.post('/v1/managers', { user: minji.user, points: 2_000 });
  await fleet.topUp(minji, 20_000);
  longRental = await fleet.rent(minji, await fleet.bike());
  rental = await fleet.rent(minji, await fleet.bike());
  ride = await fleet.ride(minji, await fleet.kickboard(), await fleet.pass(minji));
  passes = [await fleet.pass(minji, '2'), await fleet.pass(minji, '2')];
});
afterAll(() => stack.stop());

/** What minji asks for, under one key: refused, it can be asked for again. */
const asks = {
  rent: (bikeId: string) => minji.post('/v1/rentals', { bikeId }, 'mine'),
  report: (bikeId: string) =>
    minji.post(`/v1/bikes/${bikeId}/reports`, { batteryLevel: 50, usable: false }, 'mine'),
  convert: () => minji.post('/v1/managers/me/conversions', { points: 1_000 }, 'mine'),
  ride: (kickboardId: string, passId: string) => minji.post('/v1/rides', { kickboardId, passId }, 'mine'),
  buy: () => minji.post('/v1/passes', { type: '1', payment: card() }, 'mine'),
  bringBack: (hire: string) => fleet.bringBack(minji, hire, '판교', 'mine'),
};

/** Refused in time, and told when to come again. */
function expectRefusals(answers: Answer[], code: string): void {
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [503, code]));
  for (const { ms, headers } of answers) {
    expect(ms).toBeLessThan(5_000);
    expect(headers.get('retry-after')).toBe('5');
  }
}

/** Meanwhile everything else goes on. */
async function cycles(): Promise<void> {
  const { status } = await fleet.bringBack(minji, await fleet.rent(minji, await fleet.bike()));
  expect(status).toBe(200);
}
async function rides(passId: string): Promise<void> {
  const begun = await fleet.ride(minji, await fleet.kickboard(), passId);
  expect((await fleet.bringBack(minji, begun)).status).toBe(200);
}

/** Asked itself, the workflow still waits for the vehicle. */
async function stillOut(hires: 'rides' | 'rentals', id: string): Promise<void> {
  let progress: Answer | undefined;
  const answers = async () => (progress = await minji.get(`/v1/${hires}/${id}/progress`)).status === 200;
  expect(await until(answers, { withinMs: 20_000 })).toBe(true);
  expect(progress?.body).toMatchObject({ status: 'RENTED' });
  expect(progress?.body.steps.at(-1)).toMatchObject({ name: 'wait for the return', state: 'WAITING' });
}

/** How what minji ever asked for stands, in the order of asking. */
async function comesTo(table: string, expected: string[]): Promise<void> {
  let statuses: string[] = [];
  const look = async () => {
    const whose = /reports|conversions/.test(table) ? 'manager' : 'customer';
    statuses = await stack
      .db(table)
      .where({ [whose]: minji.user })
      .orderBy('id')
      .pluck<string[]>('status');
    return statuses.join() === expected.join();
  };
  await until(look, { withinMs: 20_000 });
  expect(statuses).toEqual(expected);
}

/** Ten at once: a busy machine serves so many in time. */
async function inTens<T, R>(things: readonly T[], act: (thing: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let i = 0; i < things.length; i += 10)
    done.push(...(await Promise.all(things.slice(i, i + 10).map(act))));
  return done;
}

describe('billing is down', () => {
  const cyclists: TestClient[] = [];
  const rentals: { customer: TestClient; id: string }[] = [];

  test('50 bikes are rented, and 25 returned; no bill is there yet', async () => {
    for (let i = 0; i < 10; i++) cyclists.push(await stack.signIn());
    for (const customer of cyclists) await fleet.topUp(customer, 10_000);
    const wanted = cyclists.flatMap((customer) => Array.from({ length: 5 }, () => customer));
    for (const { customer, answer } of await inTens(wanted, rented)) {
      expect([answer.status, answer.body.bill?.status]).toEqual([201, 'PENDING']);
      rentals.push({ customer, id: answer.body.id as string });
    }
    await returnAll(rentals.slice(0, 25));
  });

  async function rented(customer: TestClient): Promise<{ customer: TestClient; answer: Answer }> {
    const bikeId = await fleet.bike();
    return { customer, answer: await insist(() => customer.post('/v1/rentals', { bikeId }), stack.tries) };
  }
  async function returnAll(out: typeof rentals): Promise<void> {
    const bringBack = ({ customer, id }: (typeof rentals)[0]) =>
      insist(() => fleet.bringBack(customer, id), stack.tries);
    for (const { status, body } of await inTens(out, bringBack))
      expect([status, body.bill?.status]).toEqual([200, 'PENDING']);
  }

  test('and so is the kickboard service: its own calls are refused, and never happen', async () => {
    const kickboardId = await fleet.kickboard();
    const ask = () => Promise.all([asks.ride(kickboardId, passes[0]), asks.buy(), asks.bringBack(ride)]);
    await stack.kill('worker kickboard');
    const [refused] = await Promise.all([ask(), cycles()]);
    expectRefusals(refused, 'kickboard-unavailable');

    await stack.work(['kickboard']);
    await stillOut('rides', ride);
    await comesTo('kickboard.rides', ['RENTED', 'REFUSED']);
    await comesTo('kickboard.passes', ['USED', 'AVAILABLE', 'AVAILABLE', 'FAILED']);
    expect(await fleet.statusOf(kickboardId)).toBe('REGISTERED');
    const served = await ask();
    expect(served.map(({ status }) => status)).toEqual([201, 201, 200]);
    expect((await fleet.bringBack(minji, served[0].body.id as string)).status).toBe(200);
  });

  test('and so is the bike service: likewise', async () => {
    const [wanted, broken] = [await fleet.bike(), await fleet.bike()];
    const ask = () =>
      Promise.all([asks.rent(wanted), asks.bringBack(rental), asks.report(broken), asks.convert()]);
    await stack.kill('worker bike');
    const [refused] = await Promise.all([ask(), rides(passes[0]), fleet.pass(minji)]);
    expectRefusals(refused, 'bike-unavailable-now');

    await stack.work(['bike']);
    await stillOut('rentals', rental);
    await comesTo('bike.rentals', ['RENTED', 'RENTED', 'RETURNED', 'REFUSED']);
    await comesTo('bike.reports', ['REFUSED']);
    await comesTo('bike.conversions', ['REFUSED']);
    expect(await Promise.all([fleet.statusOf(wanted), fleet.statusOf(broken)])).toEqual([
      'AVAILABLE',
      'AVAILABLE',
    ]);
    const served = await ask();
    expect(served.map(({ status }) => status)).toEqual([201, 200, 201, 201]);
    expect((await fleet.bringBack(minji, served[0].body.id as string)).status).toBe(200);
  });

  test('it joins: 50 bills, each once, each closed, to the won for the minutes that were ridden', async () => {
    await returnAll(rentals.slice(25));
    await stack.work(['billing']);
    expect(await breachesOnceEnded(stack)).toEqual([]);
    const bills = await stack
      .db('billing.bills')
      .whereIn(
        'rental_id',
        rentals.map(({ id }) => id),
      )
      .select<{ customer: string; status: string; minutes: number; fee: number }[]>();
    expect(bills.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 'CLOSED'));
    for (const customer of cyclists) {
      const fees = bills.filter((bill) => bill.customer === customer.user).map(({ fee }) => fee);
      const { balance } = (await customer.get('/v1/deposits/me')).body;
      expect([fees.length, balance]).toEqual([5, 10_000 - fees.reduce((sum, fee) => sum + fee, 0)]);
    }
  });
});

test('notification and views are down: everything goes on, and is told later', async () => {
  await stack.kill('views notification');
  await Promise.all([cycles(), rides(passes[1]), fleet.pass(minji)]);
  await stack.follow(['views', 'notification']);
  const returned = async () =>
    ((await minji.get('/v1/me/messages?limit=100')).body.data as { event: string }[]).filter(
      ({ event }) => event === 'kickboard.returned',
    ).length;
  expect(await until(async () => (await returned()) === 4, { withinMs: 20_000 })).toBe(true);
});

test('payment is down: vehicles go on, passes and conversions are refused, bills close once it is back', async () => {
  const before = (await minji.get('/v1/managers/me')).body.points as number;
  await stack.kill('worker payment');
  const ask = () =>
    Promise.all([
      minji.post('/v1/passes', { type: '1', payment: card() }, 'later'),
      minji.post('/v1/managers/me/conversions', { points: 1_000 }, 'later'),
    ]);
  const [refused] = await Promise.all([ask(), cycles(), rides(passes[1])]);
  expectRefusals(refused, 'payment-unavailable');
  await comesTo('bike.conversions', ['REFUSED', 'CONVERTED', 'GIVEN_BACK']);
  expect((await minji.get('/v1/managers/me')).body.points).toBe(before);

  await stack.work(['payment']);
  expect(await breachesOnceEnded(stack)).toEqual([]);
  const failed = await stack.db('kickboard.passes').where({ status: 'FAILED' }).pluck<string[]>('id');
  expect(failed).toHaveLength(2);
  for (const id of failed) expect(await stack.provider.statementOf(id)).toEqual([]);
  expect((await ask()).map(({ status }) => status)).toEqual([201, 201]);
});

test('in the end the bike that was out all the while is billed by its minutes, and everything is lawful', async () => {
  const { startedAt } = (await minji.get(`/v1/rentals/${longRental}`)).body as { startedAt: string };
  await pause(Math.max(0, Date.parse(startedAt) + 60_000 - Date.now()));
  expect((await fleet.bringBack(minji, longRental)).status).toBe(200);
  const { minutes, fee } = (await fleet.billed(minji, longRental)).bill as { minutes: number; fee: number };
  expect(minutes).toBeGreaterThan(1);
  expect(fee).toBe(1_000 + (minutes - 1) * 200);
  expect(await breachesOnceEnded(stack)).toEqual([]);
});
