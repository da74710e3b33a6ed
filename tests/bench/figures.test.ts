import { costOf } from '../../bench/cost/cost';
import { lagOf, median } from '../../bench/figures';
import { grownBy } from '../../bench/growth/growth';
import { load } from '../../bench/load';
import { barsOf, verdictOf } from '../../bench/speed/bars';
import { takeTurns } from '../../bench/turns';
import { pause } from '../../engine/wait';

test('of times the middle, the last but one in a hundred, and the longest', () => {
  const times = Array.from({ length: 200 }, (_, n) => 200 - n);
  expect(lagOf(times)).toEqual({ p50: 100, p99: 198, max: 200 });
  expect(lagOf([])).toEqual({ p50: 0, p99: 0, max: 0 });
});

test('the median of an even number of values lies between the two in the middle', () => {
  expect(median([4, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('variants take turns, every second round in reverse, and each figure is its median', async () => {
  const order: string[] = [];
  const speeds: Record<string, number[]> = { one: [1, 9, 2], other: [5, 5, 6] };
  const costs = await takeTurns([{ name: 'one' }, { name: 'other' }], 3, ({ name }) => {
    order.push(name);
    return Promise.resolve({ 8: { speed: speeds[name]?.shift() ?? NaN } });
  });
  expect(order).toEqual(['one', 'other', 'other', 'one', 'one', 'other']);
  expect(costs).toEqual({ one: { 8: { speed: 2 } }, other: { 8: { speed: 5 } } });
});

test('what is answered while it warms up, or after the end, is not counted; a refusal is no booking', async () => {
  const answers = [201, 201, 503, 201, 201];
  let state = 'before';
  const act = async () => {
    await pause(5);
    // Every answer within the time but one is a refusal.
    if (state === 'counted') return answers.pop() ?? 503;
    return 500;
  };
  const {
    booked,
    answers: counted,
    times,
    otherTimes,
  } = await load([act, act], {
    warmUpMs: 30,
    ms: 200,
    during: () => {
      state = state === 'before' ? 'counted' : 'after';
      return Promise.resolve();
    },
  });
  expect(booked).toBe(4);
  expect(times).toHaveLength(4);
  expect(counted[201]).toBe(4);
  expect(otherTimes).toHaveLength((counted[503] ?? 0) + (counted[500] ?? 0));
});

test('a bar is held, reached as far as the aim, or missed by so much', () => {
  const bar = { name: 'ratio', floor: 0.8, aim: 1.2 };
  expect(verdictOf({ ...bar, value: 0.8 })).toBe('held');
  expect(verdictOf({ ...bar, value: 1.2 })).toBe('held, aim reached');
  expect(verdictOf({ ...bar, value: 0.6 })).toBe('missed by 25 %');
  expect(verdictOf({ name: 'p50', value: 2.5, floor: 2, atMost: true })).toBe('missed by 25 %');
  expect(verdictOf({ name: 'p50', value: 2, floor: 2, atMost: true })).toBe('held');
  expect(verdictOf({ name: 'wrong', value: 3, floor: 0, atMost: true })).toBe('missed by 3');
});

const figures = (haru: number, bare: number) => ({
  what: {},
  costs: {
    Haru: { 32: { 'booked a second': haru } },
    bare: { 32: { 'booked a second': bare } },
    '1355bf7': { 32: { 'booked a second': 10 } },
  },
  crowds: {},
  reads: { Haru: { 30: { 'reads a second': 400 } }, Express: { 30: { 'reads a second': 1_000 } } },
  layers: {},
  loadBefore: 0,
});

test('bars compare Haru with what was measured beside it, and leave out what was not', () => {
  const bars = Object.fromEntries(barsOf(figures(30, 25)).map((bar) => [bar.name, bar]));
  expect(bars['32 clients: 201s ÷ bare']).toMatchObject({ value: 1.2, floor: 0.8, aim: 1.2 });
  expect(bars['32 clients: 201s ÷ 1355bf7']).toMatchObject({ value: 3, floor: 2, aim: 3.5 });
  expect(bars['reads at 30: ÷ bare Express']).toMatchObject({ value: 0.4, floor: 0.5 });
  expect(Object.keys(bars).filter((name) => name.includes('textbook'))).toEqual([]);
});

test("Haru's own counts may grow by a fifth, the engine's are shown without a verdict", () => {
  expect(grownBy('statements', [40, 44, 48])).toBe('× 1.20, held');
  expect(grownBy('statements', [40, 49])).toBe('× 1.23, missed');
  expect(grownBy('CPU: Temporal', [40, 80])).toBe('× 2.00');
});

test('where nothing was booked nothing is shared out', () => {
  const counters = { statements: { begin: 7 }, commits: 3, cpu: { API: 40 } };
  const refused = { booked: 0, answers: { 503: 9 }, times: [], otherTimes: [5] };
  expect(costOf(refused, counters, 2)).toEqual({ 'booked a second': 0, 'booked, % of answers': 0 });
  const load = { booked: 4, answers: { 201: 4, 503: 4 }, times: [10, 20, 30, 40], otherTimes: [] };
  expect(costOf(load, counters, 2)).toMatchObject({
    ...{ 'booked a second': 2, 'booked, % of answers': 50, 'p50, ms': 20 },
    ...{ statements: 1.8, commits: 0.8, 'CPU, ms': 10, 'CPU: API': 10 },
  });
});
