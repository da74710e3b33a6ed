import { loadavg } from 'node:os';
import { say, withProgress } from '../../engine/progress';
import { pause } from '../../engine/wait';
import { round } from '../figures';
import { type Cost, type Costs, takeTurns } from '../turns';
import { bare } from '../variants/bare';
import { Checkout, Scratch } from '../variants/checkout';
import { dbos } from '../variants/dbos';
import { floor } from '../variants/floor';
import { haru } from '../variants/haru';
import { Shop } from '../variants/shop';
import { textbook } from '../variants/textbook';
import type { Plain, Variant } from '../variants/variant';
import { compare, type CompareOptions } from './compare';
import { heeding, siege } from './crowd';
import { layersOf } from './layers';
import { compareReads } from './reads';

const MAKE: Record<Plain, (shop: Shop) => Variant> = { textbook, bare, dbos, floor };

export interface WholeOptions extends CompareOptions {
  /** Besides Haru. */
  variants: Plain[];
  /** Another commit, measured in turns. */
  against?: string;
  /** How long the crowds come: those who besiege, and those who heed Retry-After. */
  crowdSeconds: number;
  /** Whether docs/performance.md and its charts are made anew. */
  writeDocs: boolean;
}

export interface Figures {
  /** What each variant is. */
  what: Record<string, string>;
  costs: Costs;
  /** By Haru, or the other commit: `siege`, and of this one `heeding`. */
  crowds: Costs;
  reads: Costs;
  /** Milliseconds of a booking alone. */
  layers: Cost;
  /** Processes that wanted a core before it all began: figures of a machine that is busy otherwise are worth little. */
  loadBefore: number;
}

/** Commits that are counted late by connections that listen settle meanwhile. */
const SETTLES_MS = 3_000;

/** Everything that quality.md's bars of speed ask for, in one run. */
export async function measureWhole(options: WholeOptions): Promise<Figures> {
  const loadBefore = round(loadavg()[0] ?? NaN);
  const scratch = new Scratch();
  process.once('exit', () => scratch.remove());
  const prepare = async () => {
    const checkouts = [await Checkout.present(scratch)];
    if (options.against !== undefined) checkouts.push(await Checkout.ofCommit(scratch, options.against));
    return { checkouts, shop: await Shop.prepared(scratch) };
  };
  const { checkouts, shop } = await withProgress('Each variant is prepared', prepare, say);
  const variants: Variant[] = [...checkouts.map(haru), ...options.variants.map((name) => MAKE[name](shop))];
  const costs = await compare(variants, options);
  const [present, ...others] = checkouts as [Checkout, ...Checkout[]];

  const { layers, reads } = await withStarted(present, async (started) => {
    await pause(SETTLES_MS);
    return { layers: await layersOf(started), reads: await compareReads(started, 2) };
  });
  const crowds = await takeTurns([present, ...others], 1, (checkout) =>
    withStarted(checkout, async (started): Promise<Record<string, Cost>> => {
      const heeded = checkout === present ? { heeding: await heeding(started, options.crowdSeconds) } : {};
      return { ...heeded, siege: await siege(started, options.crowdSeconds) };
    }),
  );
  return {
    what: Object.fromEntries(variants.map(({ name, what }) => [name, what])),
    costs,
    crowds: Object.fromEntries(
      Object.entries(crowds).map(([name, crowd]) => [name === 'present' ? 'Haru' : name, crowd]),
    ),
    reads,
    layers,
    loadBefore,
  };
}

async function withStarted<T>(
  checkout: Checkout,
  measure: (started: Awaited<ReturnType<Checkout['start']>>) => Promise<T>,
): Promise<T> {
  const started = await checkout.start();
  try {
    return await measure(started);
  } finally {
    await started.stop();
  }
}
