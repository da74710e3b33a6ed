import { pause } from '../../engine/wait';
import { Cinema } from '../cinema';
import { Fleet } from '../fleet';
import { startStack, type TestStack } from '../test-stack';

/** More than the API has connections. */
const CUSTOMERS = 20;

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({ quiet: true });
});
afterAll(() => stack.stop());

test('a table of one service is locked for long: it refuses meanwhile, and the others go on', async () => {
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
  const refused = await Promise.race([asked, pause(20_000)]);
  await locked.rollback();

  expect(booked.map(({ status }) => status)).toEqual(booked.map(() => 201));
  expect(refused?.map(({ status }) => status)).toEqual(customers.map(() => 503));

  // What was given up on never comes true: the bikes are for whoever asks next.
  expect((await rent()).map(({ status }) => status)).toEqual(customers.map(() => 201));
});
