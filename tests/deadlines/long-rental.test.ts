import { until } from '../../engine/wait';
import { topUpFor } from '../sagas/orders';
import { TimeLapse } from './time-lapse';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PATIENT_MS = 60_000;
const PLENTY = 1_000_000;

let time: TimeLapse;
beforeAll(async () => {
  time = await TimeLapse.open(['bike', 'billing', 'payment']);
});
afterAll(() => time.close());

const balanceOf = async (customer: string): Promise<number> => {
  const account = { id: `deposit:${customer}` };
  const row = await time.backend.db('payment.accounts').where(account).first<{ balance: number }>('balance');
  return row.balance;
};
const comesTo = (id: string, end: string) =>
  until(async () => (await time.statusOf(id)) === end, { withinMs: 15_000, everyMs: 50 });

/** Within a started 10 minutes, so that the moments that the test itself takes cost nothing. */
test.each([
  ['29 minutes', 29 * MINUTE, 1_000],
  ['55 minutes', 55 * MINUTE, 1_000 + 3 * 200],
  // 1,000 + 141 × 200, below the most that a day costs; each day after it 144 × 200.
  ['30 days less 5 minutes', 30 * DAY - 5 * MINUTE, 29_200 + 29 * 28_800],
])('a bike that is rented for %s costs what the tariff says for so long', async (_, ms, fee) => {
  const { id, customer } = await time.rental(PLENTY);
  await time.passes(ms);
  expect(await time.client.bringBack(id, '판교')).toBe('done');
  expect(await time.ends(id)).toBe(true);

  const { started_at, ended_at } = await time.backend
    .db('bike.rentals')
    .where({ id })
    .first<{ started_at: Date; ended_at: Date }>();
  const ridden = ended_at.getTime() - started_at.getTime();
  expect(ridden).toBeGreaterThanOrEqual(ms);
  expect(ridden).toBeLessThan(ms + MINUTE);
  expect(await balanceOf(customer)).toBe(PLENTY - fee);
  expect(await time.breaches(id)).toEqual([]);
  expect(await time.events(id)).toBeLessThan(200);
});

test('a bill that stays unpaid for a month waits with a short history, and is paid at the next top-up', async () => {
  const { id, customer } = await time.rental(0);
  expect(await time.client.bringBack(id, '판교')).toBe('done');
  expect(await comesTo(id, 'UNPAID')).toBe(true);
  await time.passes(30 * DAY);
  expect(await time.statusOf(id)).toBe('UNPAID');
  expect(await time.events(id)).toBeLessThan(100);

  const order = topUpFor({ customer, answerBy: (await time.now()) + PATIENT_MS });
  expect(await time.client.topUp(order)).toBe('done');
  expect(await time.ends(id)).toBe(true);
  expect(await balanceOf(customer)).toBe(order.amount - 1_000);
  expect(await time.breaches(id)).toEqual([]);
});
