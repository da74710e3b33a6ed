import { until } from '../../engine/wait';
import { Cinema, ticketIssued } from '../cinema';
import { bodyOf, type TestClient } from '../test-client';
import { CINEMA, startStack, type TestStack } from '../test-stack';

/** As in the environment. */
const PAGES_FRESH_WITHIN_MS = 1_000;

let stack: TestStack;
let cinema: Cinema;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA });
  cinema = await Cinema.open(stack);
});
afterAll(() => stack.stop());

const pageOf = async (customer: TestClient) => {
  const began = Date.now();
  const { bookings, asOf } = bodyOf(await customer.get('/v1/me'));
  const ids = (bookings as { id: string }[]).map(({ id }) => id);
  return { ids, asOf: Date.parse(asOf), began };
};

test('the page shows at once what the customer was just answered, and is as of now', async () => {
  const minji = await stack.signIn();
  for (const seat of ['1A', '1B', '1C']) {
    const id = await cinema.booked(minji, [seat]);
    const { ids, asOf, began } = await pageOf(minji);
    expect(ids[0]).toBe(id);
    expect(asOf).toBeGreaterThanOrEqual(began);
  }
});

test('where no relay has ever been a page knows that it shows nothing', async () => {
  const { db } = stack;
  const minji = await stack.signIn();
  const booked = await cinema.booked(minji, ['3A']);
  await stack.stopOne('views');
  const before = Date.now();
  const kept = await db('views.checkpoints').select(db.raw('*, xid::text'));
  await db('views.checkpoints').delete();
  expect((await pageOf(minji)).asOf).toBeLessThan(before);
  await db('views.checkpoints').insert(kept);
  await stack.follow(['views']);
  // Only a relay that has caught up is waited for again.
  const caughtUp = async () => (await pageOf(minji)).ids[0] === booked;
  expect(await until(caughtUp, { withinMs: 10_000, everyMs: 50 })).toBe(true);
});

test('with the relay away an old page is answered, and says how old it is; a list is as it is', async () => {
  const minji = await stack.signIn();
  const first = await cinema.booked(minji, ['2A']);
  // The last that is told of it for now.
  await ticketIssued(minji, first);
  expect((await pageOf(minji)).ids).toEqual([first]);
  await stack.stopOne('views');

  const before = Date.now();
  const second = await cinema.booked(minji, ['2B']);
  const waited = await pageOf(minji);
  const third = await cinema.booked(minji, ['2C']);
  const stuck = await pageOf(minji);
  for (const { ids, asOf } of [waited, stuck]) {
    expect(ids).toEqual([first]);
    // The oldest event that is missing, not the newest.
    expect(asOf).toBeGreaterThanOrEqual(before);
    expect(asOf).toBeLessThan(waited.began);
  }
  const list = bodyOf(await minji.get('/v1/bookings')).data as { id: string }[];
  expect(list.map(({ id }) => id)).toEqual([third, second, first]);

  // The contract names a bound only for waiting; a page that is known to be old does not wait at all.
  const answers = await Promise.all(Array.from({ length: 20 }, () => minji.get('/v1/me')));
  expect(Math.min(...answers.map(({ ms }) => ms))).toBeLessThan(PAGES_FRESH_WITHIN_MS);

  await stack.follow(['views']);
  const caughtUp = async () => (await pageOf(minji)).ids.length === 3;
  expect(await until(caughtUp, { withinMs: 10_000, everyMs: 50 })).toBe(true);
});
