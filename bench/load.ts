import { pause } from '../engine/wait';

export interface Load {
  /** Answers as wanted: bookings that were made. */
  booked: number;
  /** Answers by status: 201, 503 … */
  answers: Record<string, number>;
  /** Of those answered as wanted, milliseconds. */
  times: number[];
  /** Of all others, milliseconds. */
  otherTimes: number[];
}

/** What one customer does again and again. @returns the status of the answer */
export type Act = () => Promise<number>;

export interface Extent {
  warmUpMs: number;
  /** For so long answers are counted. */
  ms: number;
  /** Awaited before and after what is counted, in the midst of the bookings. */
  during?: () => Promise<void>;
  /** The status that is wanted: 201 unless said. */
  wanted?: number;
}

/** All of them at once, each the next time as soon as it is answered. */
export async function load(
  customers: readonly Act[],
  { warmUpMs, ms, during, wanted = 201 }: Extent,
): Promise<Load> {
  const counted: Load = { booked: 0, answers: {}, times: [], otherTimes: [] };
  let state: 'warming up' | 'counting' | 'over' = 'warming up';
  const one = async (act: Act) => {
    while (state !== 'over') {
      const began = performance.now();
      const status = await act();
      if (state !== 'counting') continue;
      counted.answers[status] = (counted.answers[status] ?? 0) + 1;
      const took = performance.now() - began;
      if (status === wanted) {
        counted.booked++;
        counted.times.push(took);
      } else counted.otherTimes.push(took);
    }
  };
  const all = Promise.all(customers.map(one));
  all.catch(() => undefined);
  await pause(warmUpMs);
  await during?.();
  state = 'counting';
  await pause(ms);
  state = 'over';
  await during?.();
  await all;
  return counted;
}
