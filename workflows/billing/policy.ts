import type { Tariff } from './contract';

const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;

/** A part of a fee, as the customer is told of it. */
export interface BillLine {
  /** The first minutes, the started steps after them, and what is taken off because a day costs at most so much. */
  what: 'FIRST' | 'STEPS' | 'DAY_AT_MOST';
  quantity: number;
  /** Whole KRW, each; negative for what is taken off. */
  price: number;
  amount: number;
}

/** Minutes of a rental: every started one counts, and there is at least one. From and to in epoch milliseconds. */
export const minutesOf = (from: number, to: number) => Math.max(1, Math.ceil((to - from) / MINUTE));

/**
 * Why a rental costs what it costs (seed 004, B4): the first minutes at a price, then every started step, and no
 * day of 24 hours above its most.
 */
export function linesOf(minutes: number, tariff: Tariff): BillLine[] {
  let [steps, takenOff] = [0, 0];
  for (let from = 0; from < minutes; from += DAY_MINUTES) {
    const charged = Math.min(minutes, from + DAY_MINUTES) - Math.max(from, tariff.firstMinutes);
    const stepsOfDay = Math.max(0, Math.ceil(charged / tariff.stepMinutes));
    const costs = (from === 0 ? tariff.firstFee : 0) + stepsOfDay * tariff.stepFee;
    steps += stepsOfDay;
    takenOff += Math.max(0, costs - tariff.dayAtMost);
  }
  return [
    line('FIRST', 1, tariff.firstFee),
    ...(steps > 0 ? [line('STEPS', steps, tariff.stepFee)] : []),
    ...(takenOff > 0 ? [line('DAY_AT_MOST', 1, -takenOff)] : []),
  ];
}

const line = (what: BillLine['what'], quantity: number, price: number): BillLine => ({
  what,
  quantity,
  price,
  amount: quantity * price,
});

/** Whole KRW. */
export const feeOf = (minutes: number, tariff: Tariff) =>
  linesOf(minutes, tariff).reduce((sum, { amount }) => sum + amount, 0);
