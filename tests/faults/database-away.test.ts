import { connect } from '../../activities/database';
import { pause } from '../../engine/wait';
import { card, Cinema } from '../cinema';
import type { TestClient } from '../test-client';
import { Fleet } from '../fleet';
import { made } from '../insist';
import { Kitchen } from '../kitchen';
import { CINEMA, KITCHEN, startStack, type TestStack } from '../test-stack';
import { Cable } from './cable';
import { breachesOf } from './lawful';
import { bookingOf, restOf } from './rest';

const SERVER = process.env.TEST_POSTGRES_URL ?? '';
const ROW = 'ABCDEFGHIJ';

let stack: TestStack;
let cable: Cable;
afterEach(async () => {
  await stack.stop();
  await cable.cut();
});

/** A database of its own, as `<DOMAIN>_DATABASE_URL` gives a domain. @returns its URL */
async function ownDatabase(name: string): Promise<string> {
  const admin = connect(SERVER, 1);
  await admin.raw(`CREATE DATABASE ${name} TEMPLATE haru_template`).finally(() => admin.destroy());
  return SERVER.replace(/postgres$/, name);
}

test("payment's database is away: a booking is refused and leaves nothing behind", async () => {
  const laid = await Cable.lay(await ownDatabase('haru_payment'));
  cable = laid.cable;
  stack = await startStack({
    asShipped: true,
    only: CINEMA,
    quiet: true,
    env: { PAYMENT_DATABASE_URL: laid.through },
  });
  const [cinema, minji] = await Promise.all([Cinema.open(stack), stack.signIn()]);
  await cinema.booked(await stack.signIn(), ['1B']);

  await cable.cut();
  const answer = await cinema.book(minji, ['1A']);
  expect([answer.status, answer.body.code]).toEqual([503, 'payment-unavailable']);
  expect(answer.ms).toBeLessThan(5_000);
  expect(await cinema.seat('1A')).toBe('FREE');

  await cable.mend();
  const id = await bookingOf(stack, minji.user);
  expect(await restOf(stack, id)).toBe('FAILED');
  expect(await breachesOf(stack, id)).toEqual([]);
  await cinema.booked(minji, ['1A']);
});

test("payment's database is away: an order is taken, and dropped if its customer wants; one that is paid stands", async () => {
  const laid = await Cable.lay(await ownDatabase('haru_payment_of_orders'));
  cable = laid.cable;
  stack = await startStack({
    asShipped: true,
    only: KITCHEN,
    quiet: true,
    env: { PAYMENT_DATABASE_URL: laid.through },
  });
  const [kitchen, minji] = await Promise.all([Kitchen.open(stack), stack.signIn()]);
  const paid = await kitchen.delivering(minji);
  await made(stack, () => minji.post('/v1/deposits/top-ups', { amount: 5_000, payment: card() }));
  const deposit = { method: 'deposit' };

  await cable.cut();
  const [kept, dropped] = [await kitchen.ordered(minji), await kitchen.ordered(minji)];
  const [keptToo, droppedToo] = [
    await kitchen.ordered(minji, deposit),
    await kitchen.ordered(minji, deposit),
  ];
  const refused = await kitchen.cancel(minji, paid.id as string);
  expect([refused.status, refused.body.code]).toEqual([503, 'refund-unavailable']);
  expect(refused.ms).toBeLessThan(5_000);
  expect((await kitchen.complete(paid.delivery.id as string)).status).toBe(200);
  for (const order of [dropped, droppedToo]) {
    const cancelled = await kitchen.cancel(minji, order);
    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'CANCELLED']);
  }

  await cable.mend();
  for (const order of [kept, keptToo]) {
    const { delivery } = await kitchen.comesTo(minji, order, 'DELIVERING', 60_000);
    expect((await kitchen.complete(delivery.id as string)).status).toBe(200);
  }
  expect((await minji.get('/v1/deposits/me')).body).toEqual({ balance: 1_000 });
  expect([await kitchen.bankOn(kept), await kitchen.bankOn(dropped)]).toEqual(['capture 4000', '']);
});

test("billing's database is away: bikes are rented and returned, and billed once it is back", async () => {
  const laid = await Cable.lay(await ownDatabase('haru_billing'));
  cable = laid.cable;
  stack = await startStack({
    asShipped: true,
    only: ['bike', 'billing', 'payment'],
    quiet: true,
    env: { BILLING_DATABASE_URL: laid.through },
  });
  const [fleet, minji] = await Promise.all([Fleet.open(stack), stack.signIn()]);
  await fleet.topUp(minji, 10_000);
  const [first, second] = [await fleet.bike(), await fleet.bike()];
  const before = await fleet.rent(minji, first);

  await cable.cut();
  const rented = await minji.post('/v1/rentals', { bikeId: second });
  expect([rented.status, rented.body.bill.status]).toEqual([201, 'PENDING']);
  for (const rental of [before, rented.body.id as string])
    expect((await fleet.bringBack(minji, rental)).status).toBe(200);

  await cable.mend();
  for (const rental of [before, rented.body.id as string])
    expect((await fleet.billed(minji, rental)).bill.fee).toBe(1_000);
});

describe('the whole database goes away', () => {
  let cinema: Cinema;
  beforeEach(async () => {
    const laid = await Cable.lay(SERVER);
    cable = laid.cable;
    // For this stack alone: the environment of a test file is its own.
    process.env.TEST_POSTGRES_URL = laid.through;
    stack = await startStack({ asShipped: true, only: CINEMA, quiet: true });
    cinema = await Cinema.open(stack);
    await cinema.booked(await stack.signIn(), ['2B']);
  });

  test('in the middle of bookings: one booking and one capture for each key, asked again', async () => {
    const customers = await Promise.all([...ROW].map(() => stack.signIn()));
    const book = (customer: TestClient, i: number) => cinema.book(customer, [`1${ROW[i]}`], card(), 'mine');
    const asked = customers.map(async (customer, i) => {
      await pause(i * 120);
      return book(customer, i);
    });
    await pause(600);
    await cable.cut();
    await pause(6_000);
    await cable.mend();

    const told: Record<string, number> = {};
    for (const [i, answer] of (await Promise.all(asked)).entries()) {
      const what = `${answer.status} ${answer.body.code ?? ''}`;
      told[what] = (told[what] ?? 0) + 1;
      expect(what).toMatch(/^(201|503) /);
      const customer = customers[i]!;
      const again = await book(customer, i);
      expect([what, again.status, again.body.code]).toEqual([what, 201, undefined]);
      if (answer.status === 201) expect(again.body.id).toBe(answer.body.id);

      const ids = await stack.db('movie.bookings').where({ customer: customer.user }).pluck<string[]>('id');
      for (const id of ids) {
        expect(await restOf(stack, id)).toBe(id === again.body.id ? 'RUNNING' : 'FAILED');
        expect(await breachesOf(stack, id)).toEqual([]);
      }
    }
    process.stderr.write(`the database away: ${JSON.stringify(told)}\n`);
  });

  test('in the middle of a query: whoever waits for it hears 503', async () => {
    const hold = await stack.db.transaction();
    await hold.raw('LOCK TABLE movie.screenings IN ACCESS EXCLUSIVE MODE');
    const minji = await stack.signIn();
    const asked = Promise.all([
      minji.get(`/v1/screenings/${cinema.screeningId}`),
      cinema.book(minji, ['1A']),
    ]);
    await pause(300);
    await cable.cut();
    const answers = await asked;
    await cable.mend();
    await hold.rollback().catch(() => undefined);
    for (const { status, body } of answers) expect([status, body.code]).toEqual([503, 'unavailable']);
  });
});
