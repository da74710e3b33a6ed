import { randomUUID } from 'node:crypto';
import { signIn } from '../../engine/http';
import { pause } from '../../engine/wait';
import { lagOf, round } from '../figures';
import { Bookings } from '../bookings';
import type { Cost, Costs } from '../turns';
import { type CostOptions, inTurns } from './cost';
import { between, type Counters, Meter } from '../meter';
import type { Checkout } from '../variants/checkout';

const BOOKED_MS = 5_000;
const WARM_UP_MS = 3_000;

/** `GET /v1/me` by so many customers at once, with bookings on their pages. */
export const measurePage = (wanted: CostOptions): Promise<Costs> =>
  inTurns(wanted, (variant) => measureTurn(variant, wanted));

async function measureTurn(variant: Checkout, { clients, seconds }: CostOptions) {
  const haru = await variant.start();
  try {
    const url = `http://127.0.0.1:${haru.env.PORT}`;
    const bookings = await Bookings.open(url);
    const costs: Record<string, Cost> = {};
    for (const many of clients) {
      const customers = Array.from({ length: many }, () => `bench-${randomUUID()}`);
      await bookings.load(customers, { warmUpMs: 0, ms: BOOKED_MS });
      costs[many] = await readPages(url, customers, seconds);
    }
    return costs;
  } finally {
    await haru.stop();
  }
}

async function readPages(url: string, customers: readonly string[], seconds: number): Promise<Cost> {
  const counted = { 200: 0, others: 0 };
  const times: number[] = [];
  const begin = performance.now() + WARM_UP_MS;
  const end = begin + seconds * 1_000;
  const read = async (customer: string) => {
    const api = await signIn(url, customer, ['customer']);
    while (performance.now() < end) {
      const began = performance.now();
      const { status } = await api.call('GET', '/v1/me');
      if (began < begin) continue;
      counted[status === 200 ? 200 : 'others']++;
      times.push(performance.now() - began);
    }
  };
  await Promise.all(customers.map(read));
  const { p50, p99 } = lagOf(times);
  return {
    'pages a second': round(counted[200] / seconds),
    'not 200': counted.others,
    'p50, ms': p50,
    'p99, ms': p99,
  };
}

/** What a Haru costs that nobody asks for anything. */
export const measureRest = (wanted: CostOptions): Promise<Costs> =>
  inTurns(wanted, async (variant) => {
    const haru = await variant.start();
    const meter = await Meter.open(haru.env.DATABASE_URL ?? '', haru.pid);
    try {
      // What a start does is over, and counted.
      await pause(15_000);
      const first = await meter.read();
      await pause(wanted.seconds * 1_000);
      return { 0: restOf(between(first, await meter.read()), wanted.seconds) };
    } finally {
      await meter.close();
      await haru.stop();
    }
  });

function restOf({ statements, commits, cpu }: Counters, seconds: number): Cost {
  const ofCore = Object.entries(cpu).map(([name, ms]) => [`% of a core: ${name}`, round(ms / seconds / 10)]);
  const total = Object.values(statements).reduce((sum, count) => sum + count, 0);
  return {
    'statements a second': round(total / seconds),
    'commits a second': round(commits / seconds),
    ...(Object.fromEntries(ofCore) as Cost),
  };
}
