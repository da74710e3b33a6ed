import { Cinema } from '../cinema';
import { extent } from '../extent';
import { atOnce } from './gate';
import { CINEMA, startStack, type TestStack } from '../test-stack';

const CUSTOMERS = extent(50, 500);

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({
    only: CINEMA,
    apart: ['payment'],
    wideLimits: `of ${CUSTOMERS} customers at once some would wait longer than an answer may take`,
  });
});
// The control breaks laws.
afterAll(() => stack.stop({ lawful: false }));

/**
 * Everyone books the same seat at the same moment: nobody's claim is written until all have seen it free.
 * @returns statuses and codes, counted
 */
async function race(cinema: Cinema, clients: number): Promise<Record<string, number>> {
  const customers = await Promise.all(Array.from({ length: clients }, () => stack.signIn()));
  const answers = await atOnce(stack, 'movie.seat_claims', () =>
    customers.map((customer) => cinema.book(customer, ['1A'])),
  );
  const counted: Record<string, number> = {};
  for (const { status, body } of answers) {
    const outcome = status === 201 ? '201' : `${status} ${body.code}`;
    counted[outcome] = (counted[outcome] ?? 0) + 1;
  }
  return counted;
}

test(`of ${CUSTOMERS} customers at one seat one gets it`, async () => {
  const cinema = await Cinema.open(stack);
  expect(await race(cinema, CUSTOMERS)).toEqual({ '201': 1, '409 seat-taken': CUSTOMERS - 1 });
  expect(await cinema.seat('1A')).toBe('SOLD');
});

test('customers who want overlapping seats in any order never wait for each other for ever', async () => {
  const cinema = await Cinema.open(stack);
  const wishes = Array.from({ length: 30 }, (_, i) => (i % 2 ? ['1A', '1B', '1C'] : ['1C', '1B', '1A']));
  const answers = await Promise.all(wishes.map(async (seats) => cinema.book(await stack.signIn(), seats)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ body }) => body.code === 'seat-taken')).toHaveLength(29);
});

test('after all these races every law holds', async () => {
  expect(await stack.breaches()).toEqual([]);
});

test('control: without the unique index the same race sells the seat more than once', async () => {
  const cinema = await Cinema.open(stack);
  await stack.db.raw('DROP INDEX movie.one_live_claim_per_seat');
  const outcomes = await race(cinema, CUSTOMERS);
  expect(outcomes['201']).toBeGreaterThan(1);
});
