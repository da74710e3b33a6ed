import { chargedAgainAfter, PAID_WITHIN_MS } from './policy';

test('an order asks for its payment soon at first, every 30 s in the end, and some 60 times in all', () => {
  const waits: number[] = [];
  for (let left = PAID_WITHIN_MS; left > 0; left -= waits.at(-1) ?? 0)
    waits.push(chargedAgainAfter(waits.length + 1));
  expect(waits.slice(0, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(new Set(waits.slice(5))).toEqual(new Set([30_000]));
  expect(waits).toHaveLength(64);
});
