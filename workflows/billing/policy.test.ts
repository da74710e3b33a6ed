import fc from 'fast-check';
import type { Tariff } from './contract';
import { feeOf, linesOf, minutesOf } from './policy';

/** Seed 004, B4. */
const TARIFF: Tariff = {
  firstMinutes: 30,
  firstFee: 1_000,
  stepMinutes: 10,
  stepFee: 200,
  dayAtMost: 30_000,
};
const DAY = 24 * 60;

test.each([
  [1, 1_000],
  [30, 1_000],
  [31, 1_200],
  [40, 1_200],
  [41, 1_400],
  [60, 1_600],
  [DAY, 29_200],
  [DAY + 1, 29_400],
  [2 * DAY, 58_000],
  [30 * DAY, 864_400],
])('%i minutes cost %i KRW', (minutes, fee) => {
  expect(feeOf(minutes, TARIFF)).toBe(fee);
});

test('no 24 hours cost more than their most', () => {
  const cheapDays = { ...TARIFF, dayAtMost: 5_000 };
  expect(feeOf(DAY, cheapDays)).toBe(5_000);
  expect(feeOf(DAY + 10, cheapDays)).toBe(5_200);
  expect(linesOf(2 * DAY, cheapDays)).toEqual([
    { what: 'FIRST', quantity: 1, price: 1_000, amount: 1_000 },
    { what: 'STEPS', quantity: 285, price: 200, amount: 57_000 },
    { what: 'DAY_AT_MOST', quantity: 1, price: -48_000, amount: -48_000 },
  ]);
});

test('the first minutes may be more than a day', () => {
  const long = { ...TARIFF, firstMinutes: 2 * DAY };
  expect([feeOf(2 * DAY, long), feeOf(2 * DAY + 1, long)]).toEqual([1_000, 1_200]);
});

test('every started minute counts, and there is at least one', () => {
  expect([0, 1, 60_000, 60_001, 3_600_000].map((ms) => minutesOf(5, 5 + ms))).toEqual([1, 1, 1, 2, 60]);
});

const tariffs = fc.record({
  firstMinutes: fc.integer({ min: 1, max: 3 * DAY }),
  firstFee: fc.integer({ min: 1, max: 100_000 }),
  stepMinutes: fc.integer({ min: 1, max: 2 * DAY }),
  stepFee: fc.integer({ min: 1, max: 10_000 }),
  dayAtMost: fc.integer({ min: 1, max: 200_000 }),
});
const minutes = fc.integer({ min: 1, max: 40 * DAY });

test('by any tariff: whole won, at least one, never less for longer, no day above its most, the lines are the fee', () => {
  fc.assert(
    fc.property(tariffs, minutes, fc.integer({ min: 0, max: 3 * DAY }), (tariff, ridden, longer) => {
      const fee = feeOf(ridden, tariff);
      expect(Number.isInteger(fee)).toBe(true);
      expect(fee).toBeGreaterThan(0);
      expect(fee).toBeLessThanOrEqual(Math.ceil(ridden / DAY) * tariff.dayAtMost);
      expect(feeOf(ridden + longer, tariff)).toBeGreaterThanOrEqual(fee);
      const lines = linesOf(ridden, tariff);
      expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(fee);
      for (const { quantity, price, amount } of lines) expect(quantity * price).toBe(amount);
    }),
  );
});

test('within a day it is the first fee and a fee for each started step', () => {
  fc.assert(
    fc.property(tariffs, fc.integer({ min: 1, max: DAY }), (tariff, ridden) => {
      // Counted one by one, as a customer would.
      let [fee, paidFor] = [tariff.firstFee, tariff.firstMinutes];
      for (; paidFor < ridden; paidFor += tariff.stepMinutes) fee += tariff.stepFee;
      expect(feeOf(ridden, tariff)).toBe(Math.min(fee, tariff.dayAtMost));
    }),
  );
});
