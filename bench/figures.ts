export interface Lag {
  p50: number;
  p99: number;
  max: number;
}

/** @param times milliseconds; of none all is 0 */
export function lagOf(times: readonly number[]): Lag {
  if (times.length === 0) return { p50: 0, p99: 0, max: 0 };
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number) => round(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

export const round = (value: number): number => Math.round(value * 10) / 10;

/** @param values at least one */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return round(((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2);
}

export const sum = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
