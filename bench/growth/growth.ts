import { Client, Connection } from '@temporalio/client';
import { say, withProgress } from '../../engine/progress';
import { Bookings } from '../bookings';
import { costOf } from '../cost/cost';
import { between, type Counters, Meter } from '../meter';
import { asText } from '../speed/table';
import type { Cost } from '../turns';
import { Checkout, Scratch } from '../variants/checkout';
import type { Engine } from '../variants/variant';
import { addRows, openWorkflows } from './fill';

/** A connection that only listens tells of its commits once in 10 s. */
const WARM_UP_MS = 11_000;

export interface GrowthOptions {
  /** Levels: so many workflows are open, rising. */
  open: number[];
  /** Then levels: so many bookings of before are in the tables, rising. */
  rows: number[];
  /** Temporal's servers, one after the other. */
  engines: Engine[];
  clients: number;
  /** How long each level is measured. */
  seconds: number;
  /** No level is filled for longer: it is measured with as many as are open by then. */
  fillSeconds: number;
}

/** What is compared: Haru's own counts and CPU must not grow, the engine's growth is shown beside. */
const OWN = ['statements', 'commits', 'events in its history', 'Node’s CPU, ms'] as const;
const SHOWN = [...OWN, 'CPU: Temporal', 'CPU: PostgreSQL', 'booked a second', 'p50, ms', 'p99, ms'] as const;
const MAY_GROW_BY = 0.2;

/** What a booking costs with ever more workflows open, then with ever more rows in the tables. */
export async function benchGrowth(options: GrowthOptions): Promise<void> {
  const scratch = new Scratch();
  process.once('exit', () => scratch.remove());
  const present = await Checkout.present(scratch);
  const grown: Record<string, Record<string, Cost>> = {};
  for (const engine of options.engines) {
    const levels = await measureLevels(present, engine, options);
    grown[engine] = levels;
    const names = Object.keys(levels);
    say(
      asText({
        title: `Temporal's ${engine} server, ${options.clients} customers at once, ${options.seconds} s each`,
        head: ['each booking', ...names, 'grown'],
        rows: SHOWN.map((what) => {
          const values = names.map((name) => levels[name]?.[what] ?? 0);
          return [what, ...values.map(String), grownBy(what, values)];
        }),
      }),
    );
  }
  say(JSON.stringify({ wanted: options, grown }));
}

/** The last over the first, with the verdict on what is Haru's own. */
export function grownBy(what: string, values: readonly number[]): string {
  const [first = 0, last = first] = [values[0], values.at(-1)];
  if (first === 0) return '–';
  const ratio = `× ${(last / first).toFixed(2)}`;
  if (!(OWN as readonly string[]).includes(what)) return ratio;
  return `${ratio}, ${last <= first * (1 + MAY_GROW_BY) ? 'held' : 'missed'}`;
}

async function measureLevels(
  present: Checkout,
  engine: Engine,
  { open, rows, clients, seconds, fillSeconds }: GrowthOptions,
): Promise<Record<string, Cost>> {
  const { env, pid, stop } = await present.start({ TEMPORAL_SERVER: engine });
  const meter = await Meter.open(env.DATABASE_URL ?? '', pid);
  const connection = await Connection.connect({ address: env.TEMPORAL_ADDRESS ?? '' });
  const { workflow } = new Client({ connection });
  try {
    const bookings = await Bookings.open(`http://127.0.0.1:${env.PORT}`);
    const levels: Record<string, Cost> = {};
    const measure = async (name: string) => {
      const readings: Counters[] = [];
      const load = await bookings.load(clients, {
        ...{ warmUpMs: WARM_UP_MS, ms: seconds * 1_000 },
        during: async () => {
          readings.push(await meter.read());
        },
      });
      const [first, second] = readings as [Counters, Counters];
      const cost = costOf(load, between(first, second), seconds);
      const { historyLength } = await workflow.getHandle(bookings.latest).describe();
      levels[name] = { ...cost, 'events in its history': historyLength, 'Node’s CPU, ms': nodeCpu(cost) };
      say(`${engine}, ${name}: ${cost['booked a second']} booked a second`);
    };
    await measure('fresh');
    let opened = 0;
    for (const level of open) {
      opened += await withProgress(
        `${level} workflows are opened`,
        () => openWorkflows(workflow, level - opened, fillSeconds),
        say,
      );
      await measure(`${opened} open`);
    }
    let added = 0;
    for (const level of rows) {
      await withProgress(
        `${level} bookings are added`,
        () => addRows(env.DATABASE_URL ?? '', added, level),
        say,
      );
      added = level;
      await measure(`${level} rows`);
    }
    return levels;
  } finally {
    await connection.close();
    await meter.close();
    await stop();
  }
}

const nodeCpu = (cost: Cost): number =>
  ['API', 'workers', 'listeners'].reduce((sum, name) => sum + (cost[`CPU: ${name}`] ?? 0), 0);
