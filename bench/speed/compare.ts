import { say } from '../../engine/progress';
import { costOf } from '../cost/cost';
import { between, type Counters } from '../meter';
import { type Cost, type Costs, takeTurns } from '../turns';
import type { Variant } from '../variants/variant';

const WARM_UP_MS = 2_000;

export interface CompareOptions {
  /** How many customers book at once, one level after the other. */
  clients: number[];
  /** How long each level is measured. */
  seconds: number;
  rounds: number;
}

/** All variants in turns, each turn at every level. */
export const compare = (
  variants: readonly Variant[],
  { clients, seconds, rounds }: CompareOptions,
): Promise<Costs> =>
  takeTurns(variants, rounds, async (variant) => {
    const turn = await variant.start();
    try {
      const costs: Record<string, Cost> = {};
      for (const many of clients) {
        const readings: Counters[] = [];
        const load = await turn.load(many, {
          warmUpMs: WARM_UP_MS,
          ms: seconds * 1_000,
          during: async () => {
            readings.push(await turn.read());
          },
        });
        const [first, second] = readings as [Counters, Counters];
        const cost = costOf(load, between(first, second), seconds);
        costs[many] = { ...cost, 'events in its history': await turn.historyEvents() };
        say(`${variant.name}, ${many} at once: ${cost['booked a second']} booked a second`);
      }
      return costs;
    } finally {
      await turn.stop();
    }
  });
