import { z } from 'zod';
import { SERVICES, type Service } from '../../config';
import type { Deps } from '../deps';
import { endpoint, type Api } from '../endpoint';
import type { lagsOf } from '../events/lag';
import { ACTIVITIES, type Readiness, WORKFLOWS } from '../health/checks';
import { unlessAway } from '../reach';
import { Instant, Money } from '../schemas';
import { domainsOfThings, madeSince, SAGA_KINDS } from './things';

const MINUTE = 60_000;
const SPAN_MS = 5 * MINUTE;
const SPANS = 12;
/** Seoul's day is what the city's people mean by today; it has no summer time. */
const SEOUL_MS = 9 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
const ENGINE_WITHIN_MS = 1_500;

const Counts = z.record(z.string(), z.int());

const OverviewView = z
  .strictObject({
    at: Instant,
    ready: z.boolean(),
    parts: z.record(z.string(), z.boolean()),
    backlog: z
      .record(z.string(), z.int().nullable())
      .meta({ description: 'By task queue: what waits for a worker; null where the engine does not say' }),
    circuits: z
      .record(z.string(), z.enum(['closed', 'open', 'half-open']))
      .meta({ description: 'Of the API process that answers' }),
    lag: z.array(
      z.strictObject({ consumer: z.string(), source: z.string(), events: z.int(), seconds: z.number() }),
    ),
    parked: z
      .array(z.strictObject({ state: z.string(), count: z.int(), amount: Money, oldestSeconds: z.int() }))
      .nullable()
      .meta({ description: 'Null while the database of payment is away' }),
    inDoubt: z
      .strictObject({ charges: z.int(), refunds: z.int() })
      .nullable()
      .meta({ description: 'Money of which nobody knows; null while the database of payment is away' }),
    today: z
      .record(z.string(), Counts)
      .meta({ description: 'By kind and status: what was made since midnight in Seoul' }),
    lastHour: z.array(z.strictObject({ from: Instant, made: Counts })).meta({
      description: 'By spans of 5 minutes: how many were made in each domain',
    }),
  })
  .meta({ id: 'Overview' });

/** How everything is, on one page. */
export function overviewRoutes(
  api: Api,
  ask: () => Promise<Readiness>,
  lags: () => ReturnType<typeof lagsOf>,
): void {
  const { deps } = api;
  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/operations/overview',
      summary: 'Parts, backlogs, circuits, lag, what is parked or in doubt, and what today came to',
      tag: 'Operations',
      who: ['admin'],
      answers: { 200: OverviewView },
    },
    async () => {
      const now = Date.now();
      const [{ ready, parts }, backlog, lag, undecided, today, lastHour] = await Promise.all([
        ask(),
        backlogs(deps),
        lags(),
        unlessAway(deps.ledgerReads.undecided(), () => undefined),
        outcomesToday(deps, now),
        seriesOf(deps, now),
      ]);
      const body = {
        at: new Date(now).toISOString(),
        ready,
        parts: Object.fromEntries(Object.entries(parts).map(([name, { ok }]) => [name, ok])),
        backlog,
        circuits: deps.sagas.circuitStates(),
        lag: lag.map(({ labels, events, seconds }) => ({ ...labels, events, seconds })),
        parked: undecided?.parked ?? null,
        inDoubt: undecided ? { charges: undecided.charges, refunds: undecided.refunds } : null,
        today,
        lastHour,
      };
      return { status: 200, body };
    },
  );
}

/** What waits on each task queue, of workflows and activities together. */
async function backlogs({ config, connection }: Deps): Promise<Record<string, number | null>> {
  const { namespace } = config.temporal;
  const serving = SERVICES.filter((service) => !config.without.includes(service));
  const waiting = async (name: Service): Promise<number> => {
    const counts = [WORKFLOWS, ACTIVITIES].map(async (taskQueueType) => {
      const { stats } = await connection.withDeadline(Date.now() + ENGINE_WITHIN_MS, () =>
        connection.workflowService.describeTaskQueue({
          ...{ namespace, taskQueue: { name }, taskQueueType, reportStats: true },
        }),
      );
      return Number(stats?.approximateBacklogCount ?? 0);
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  };
  const pairs = serving.map(async (name) => [name, await waiting(name).catch(() => null)] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

async function outcomesToday(
  { databases }: Deps,
  now: number,
): Promise<Record<string, Record<string, number>>> {
  const midnight = new Date(Math.floor((now + SEOUL_MS) / DAY_MS) * DAY_MS - SEOUL_MS);
  const each = SAGA_KINDS.map(async (kind) => {
    const rows = await unlessAway(madeSince(databases, kind, midnight, [midnight]), () => []);
    const name = kind.table.split('.')[1] ?? kind.table;
    return [name, Object.fromEntries(rows.map(({ status, count }) => [status, count]))] as const;
  });
  return Object.fromEntries(await Promise.all(each));
}

async function seriesOf({ databases }: Deps, now: number) {
  const first = Math.floor(now / SPAN_MS) * SPAN_MS - (SPANS - 1) * SPAN_MS;
  const spans = Array.from({ length: SPANS }, (_, n) => new Date(first + n * SPAN_MS));
  const nothing = Object.fromEntries(domainsOfThings.map((domain) => [domain, 0]));
  const series = spans.map((from) => ({ from: from.toISOString(), made: { ...nothing } }));
  const each = SAGA_KINDS.map(async (kind) => {
    const rows = await unlessAway(madeSince(databases, kind, new Date(first), spans), () => []);
    for (const { span, count } of rows) {
      const made = series[span - 1]?.made;
      if (made) made[kind.domain] = (made[kind.domain] ?? 0) + count;
    }
  });
  await Promise.all(each);
  return series;
}
