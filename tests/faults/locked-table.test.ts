import { pause } from '../../engine/wait';
import { Cinema } from '../cinema';
import { Fleet } from '../fleet';
import { startStack, type TestStack } from '../test-stack';

/** More than the API has connections. */
const CUSTOMERS = 20;

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({ quiet: true, env: { DATABASE_LOCKED_MS: '300' } });
});
afterAll(() => stack.stop());

test('a table of one service is locked for long: it refuses in time, and the others go on', async () => {
  const [fleet, cinema] = await Promise.all([Fleet.open(stack), Cinema.open(stack)]);
  const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => stack.signIn()));
  const bikes = await Promise.all(customers.map(() => fleet.bike()));
  const rent = () => Promise.all(customers.map((one, i) => one.post('/v1/rentals', { bikeId: bikes[i] })));

  const locked = await stack.db.transaction();
  await locked.raw('LOCK TABLE bike.rentals IN ACCESS EXCLUSIVE MODE');
  const asked = rent();
  // By now each of them is to be refused in that very table.
  await pause(5_000);
  const booked = await Promise.all(
    customers.slice(0, 10).map((one, i) => cinema.book(one, [`1${'ABCDEFGHIJ'[i]}`])),
  );
  const giveUp = setTimeout(() => void locked.rollback(), 10_000);
  const refused = await asked;
  clearTimeout(giveUp);
  if (!locked.isCompleted()) await locked.rollback();

  expect(booked.map(({ status }) => status)).toEqual(booked.map(() => 201));
  expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 503));
  const slowest = (answers: { ms: number }[]) => Math.round(Math.max(...answers.map(({ ms }) => ms)));
  console.log(`meanwhile: a seat after ${slowest(booked)} ms, no bike after ${slowest(refused)} ms`);
  for (const { ms } of refused) expect(ms).toBeLessThan(5_000);

  // What was given up on never comes true: the bikes are for whoever asks next.
  expect((await rent()).map(({ status }) => status)).toEqual(customers.map(() => 201));
});
