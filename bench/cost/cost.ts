import { Client, Connection } from '@temporalio/client';
import { say } from '../../engine/progress';
import { lagOf, round, sum } from '../figures';
import { Bookings } from '../bookings';
import type { Load } from '../load';
import { between, type Counters, Meter } from '../meter';
import { type Cost, type Costs, takeTurns } from '../turns';
import { Checkout, Scratch } from '../variants/checkout';

/** A connection that only listens tells PostgreSQL's counters of its commits once in 10 s: none of before may be counted. */
const WARM_UP_MS = 11_000;

export interface CostOptions {
  /** How many customers book at once, one level after the other. */
  clients: number[];
  /** How long each level is measured. */
  seconds: number;
  rounds: number;
  /** Another commit, measured in turns. */
  against?: string;
}

/** Bookings over HTTP with everything on. */
export const measureCost = (wanted: CostOptions): Promise<Costs> =>
  inTurns(wanted, (variant) => measureTurn(variant, wanted));

/** Variants take turns, each turn with a Haru and data of its own. @param measure by the number of customers */
export async function inTurns(
  { rounds, against }: Pick<CostOptions, 'rounds' | 'against'>,
  measure: (variant: Checkout) => Promise<Record<string, Cost>>,
): Promise<Costs> {
  const scratch = new Scratch();
  process.once('exit', () => scratch.remove());
  const variants: Checkout[] = [await Checkout.present(scratch)];
  if (against !== undefined) variants.push(await Checkout.ofCommit(scratch, against));
  return takeTurns(variants, rounds, measure);
}

async function measureTurn(variant: Checkout, { clients, seconds }: CostOptions) {
  const haru = await variant.start();
  const meter = await Meter.open(haru.env.DATABASE_URL ?? '', haru.pid);
  const connection = await Connection.connect({ address: haru.env.TEMPORAL_ADDRESS ?? '' });
  const { workflow } = new Client({ connection });
  try {
    const bookings = await Bookings.open(`http://127.0.0.1:${haru.env.PORT}`);
    const costs: Record<string, Cost> = {};
    for (const many of clients) {
      const readings: Counters[] = [];
      const load = await bookings.load(many, {
        warmUpMs: WARM_UP_MS,
        ms: seconds * 1_000,
        during: async () => {
          readings.push(await meter.read());
        },
      });
      const [first, second] = readings as [Counters, Counters];
      const { historyLength } = await workflow.getHandle(bookings.latest).describe();
      costs[many] = {
        ...costOf(load, between(first, second), seconds),
        'events in its history': historyLength,
      };
      say(`${variant.name}, ${many} at once: ${costs[many]['booked a second']} booked a second`);
    }
    return costs;
  } finally {
    await connection.close();
    await meter.close();
    await haru.stop();
  }
}

export function costOf(
  { booked, answers, times }: Load,
  { statements, commits, cpu }: Counters,
  seconds: number,
): Cost {
  // Of nothing there is no share.
  if (booked === 0) return { 'booked a second': 0, 'booked, % of answers': 0 };
  const { p50, p99 } = lagOf(times);
  const each = (counts: Record<string, number>, of: string) =>
    Object.fromEntries(
      Object.entries(counts)
        .sort(([one], [other]) => one.localeCompare(other))
        .map(([name, count]) => [`${of}: ${name}`, round(count / booked)]),
    );
  return {
    'booked a second': round(booked / seconds),
    'booked, % of answers': round((booked / sum(answers)) * 100),
    'p50, ms': p50,
    'p99, ms': p99,
    statements: round(sum(statements) / booked),
    ...each(statements, 'statements'),
    commits: round(commits / booked),
    'CPU, ms': round(sum(cpu) / booked),
    ...each(cpu, 'CPU'),
  };
}

/** A line for each thing counted, a column for each number of customers: the present, the other commit, their ratio. */
export function costTable(costs: Costs, { clients, seconds, rounds }: CostOptions, what: string): string {
  const [[name, present] = ['', {}], [otherName, other] = []] = Object.entries(costs);
  const cell = (what: string, many: number) => {
    const now = present[many]?.[what] ?? 0;
    if (other === undefined) return String(now);
    const was = other[many]?.[what] ?? 0;
    return `${now} / ${was} = ${was === 0 ? '-' : (now / was).toFixed(2)}`;
  };
  const line = (what: string, cells: string[]) =>
    what.padEnd(42) + cells.map((text) => text.padStart(26)).join('');
  const counted = [present, other ?? {}].flatMap((levels) => Object.values(levels).flatMap(Object.keys));
  return [
    '',
    `${what}, ${seconds} s each, medians of ${rounds}.`,
    otherName === undefined ? name : `${name} / ${otherName} = ratio`,
    line('customers at once', clients.map(String)),
    ...[...new Set(counted)].map((what) =>
      line(
        what,
        clients.map((many) => cell(what, many)),
      ),
    ),
    '',
  ].join('\n');
}
