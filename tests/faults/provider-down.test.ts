import { pause, until } from '../../engine/wait';
import { Cinema } from '../cinema';
import type { Answer, TestClient } from '../test-client';
import { CINEMA, startStack, type TestStack } from '../test-stack';
import { bookingOf, statusOf } from './rest';

const DEFAULT_BREAKER = { BREAKER_CALLS: '10' };

let stack: TestStack;
let cinema: Cinema;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA, env: DEFAULT_BREAKER });
});
beforeEach(async () => {
  cinema = await Cinema.open(stack);
});
afterAll(() => stack.stop());

/** One after the other, each by the same customer and for the same seat. */
async function inTurn(times: number, customer: TestClient): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let i = 0; i < times; i++) answers.push(await cinema.book(customer, ['1A']));
  return answers;
}

const refusals = (answers: Answer[]) => new Set(answers.map(({ status, body }) => `${status} ${body.code}`));

/** As long as the circuit is open bookings are refused; then one is let through to see. */
async function bookedAgain(customer: TestClient, withinMs: number): Promise<void> {
  const booked = async () => (await cinema.book(customer, ['1A'])).status === 201;
  expect(await until(booked, { withinMs, everyMs: 200 })).toBe(true);
}

async function nothingIsLeft(customer: string): Promise<void> {
  expect(await stack.db('movie.bookings').where({ customer }).whereNot({ status: 'FAILED' })).toEqual([]);
}

test('a provider that is down: refused at once while the circuit is open, and soon well again', async () => {
  const [first, many, last] = await Promise.all([stack.signIn(), stack.signIn(), stack.signIn()]);
  await stack.provider.faults({ down: true });
  const opening = await inTurn(15, first);
  expect(refusals(opening)).toEqual(new Set(['503 payment-unavailable']));
  expect(opening.every(({ ms }) => ms < 5_000)).toBe(true);

  const answers = await inTurn(200, many);
  const ms = answers.map((answer) => answer.ms).sort((a, b) => a - b);
  const [p50, p99] = [ms[99] ?? 0, ms[197] ?? 0];
  process.stderr.write(`provider down, circuit open: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n`);
  expect(refusals(answers)).toEqual(new Set(['503 payment-unavailable']));
  expect(new Set(answers.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['5']));
  // One probe every 5 s gets through; the rest do not even begin a saga.
  const begun = await stack.db('movie.bookings').where({ customer: many.user });
  expect(begun.length).toBeLessThanOrEqual(3);

  expect(await cinema.seat('1A')).toBe('FREE');
  await stack.provider.heal();
  await bookedAgain(last, 10_000);
  expect(await stack.breaches(60_000)).toEqual([]);
  for (const { user } of [first, many]) await nothingIsLeft(user);
});

test('the provider killed while it charges: refused, and nothing captured is kept once it is back', async () => {
  const customers = await Promise.all(Array.from({ length: 8 }, () => stack.signIn()));
  await stack.provider.faults({ latencyMs: [200, 500] });
  const asked = Promise.all(customers.map((customer, i) => cinema.book(customer, [`2${'ABCDEFGH'[i]}`])));
  await pause(350);
  await stack.kill('psp');
  const answers = await asked;
  await stack.start('psp');
  const back = () =>
    stack.provider.heal().then(
      () => true,
      () => false,
    );
  expect(await until(back, { withinMs: 20_000 })).toBe(true);

  expect(await stack.breaches(60_000)).toEqual([]);
  for (const [i, { status, body }] of answers.entries()) {
    if (status !== 201) expect([status, body.code]).toEqual([503, 'payment-unavailable']);
    const id = await bookingOf(stack, customers[i]?.user ?? '');
    expect(await statusOf(stack, id)).toBe(status === 201 ? 'BOOKED' : 'FAILED');
  }
  expect(answers.some(({ status }) => status === 503)).toBe(true);
  await bookedAgain(await stack.signIn(), 20_000);
});
