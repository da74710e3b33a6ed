import type { Connection } from '@temporalio/client';
import type { Knex } from 'knex';
import { LISTENERS, type Listener, type Part, SERVICES, type Service } from '../../config';
import { listenerName } from '../../events/listen';
import { manifestOf } from '../../manifests/all';
import type { Deps } from '../deps';
import { shared } from '../shared';
import { clocksApart } from './clocks';
import { type Heartbeats, slowestConsumer } from './heartbeats';
import { oldestTransaction, type Transactions } from './transactions';

const LIMIT_MS = 1_500;
/** A worker asks for work at least once a minute; one that died is listed for minutes longer. */
const SEEN_WITHIN_MS = 75_000;
/** temporal.api.enums.v1.TaskQueueType */
type Kind = NonNullable<Parameters<Connection['workflowService']['describeTaskQueue']>[0]['taskQueueType']>;
export const [WORKFLOWS, ACTIVITIES] = [1, 2] as unknown as [Kind, Kind];

interface PartHealth {
  ok: boolean;
  /** Not so where bookings go on without it: only pages and messages are late (decision 025). */
  required?: false;
  /** The age that decides, and whose it is. */
  seconds?: number;
  owner?: string;
}

export interface Readiness {
  /** Whether every part is ok that is required. */
  ready: boolean;
  parts: Record<string, PartHealth>;
}

/** Asks every part that this instance is meant to serve with; probes within a second share one answer. */
export function readiness(
  { config, databases, connection, stopping }: Deps,
  open: Transactions,
  beats: Heartbeats,
): () => Promise<Readiness> {
  const listeners = LISTENERS.filter((listener) => !config.without.includes(listener));
  const checks: [string, Check][] = [
    ...databaseChecks(databases, config.without),
    ['temporal', () => engineAnswers(connection)],
    ...SERVICES.filter((service) => !config.without.includes(service)).map((service): [string, Check] => [
      `queue ${service}`,
      () => isServed(connection, config.temporal.namespace, service),
    ]),
  ];
  const lateOnly: [string, Check][] = [
    ...listeners.map((listener): [string, Check] => [listener, () => isThere(databases.movie, listener)]),
    ...(listeners.length > 0 ? [['consumers', () => slowestConsumer(beats)] as [string, Check]] : []),
    ['transactions', () => oldestTransaction(open)],
    ['clocks', () => clocksApart(namedPools(databases, config.without))],
  ];
  const answers = async (asked: [string, Check][]): Promise<[string, PartHealth][]> =>
    Promise.all(asked.map(async ([name, check]) => [name, await within(LIMIT_MS, check)]));
  const ask = shared(async (): Promise<Readiness> => {
    const [required, others] = await Promise.all([answers(checks), answers(lateOnly)]);
    const notRequired = others.map(([name, part]) => [name, { ...part, required: false as const }] as const);
    return {
      ready: required.every(([, { ok }]) => ok),
      parts: Object.fromEntries([...required, ...notRequired]),
    };
  });
  return async () => {
    const readiness = await ask();
    if (!stopping.aborted) return readiness;
    return { ready: false, parts: { ...readiness.parts, stopping: { ok: false } } };
  };
}

type Check = () => Promise<boolean | PartHealth>;

/**
 * One check per pool; domains that share a database share its pool, and it is just "database". Courses that are left
 * out are not even read.
 */
function databaseChecks(databases: Deps['databases'], without: readonly Part[]): [string, Check][] {
  return [...namedPools(databases, without)].map(([name, pool]) => [
    name,
    async () => {
      await pool.raw('select 1');
      return true;
    },
  ]);
}

/** @returns "database", or with the domains where there are several → its pool */
export function namedPools(databases: Deps['databases'], without: readonly Part[]): Map<string, Knex> {
  const pools = poolsOf(databases, without);
  const nameOf = (domains: readonly string[]) =>
    pools.size === 1 ? 'database' : `database ${domains.join(' ')}`;
  return new Map([...pools].map(([pool, domains]) => [nameOf(domains), pool]));
}

/** @returns pool → the domains that share it */
export function poolsOf(databases: Deps['databases'], without: readonly Part[]): Map<Knex, string[]> {
  const pools = new Map<Knex, string[]>();
  for (const [domain, pool] of Object.entries(databases))
    if (domain !== 'course' || !without.includes(domain))
      pools.set(pool, [...(pools.get(pool) ?? []), domain]);
  return pools;
}

async function engineAnswers(connection: Connection): Promise<boolean> {
  await connection.withDeadline(Date.now() + LIMIT_MS, () => connection.workflowService.getSystemInfo({}));
  return true;
}

async function isServed(connection: Connection, namespace: string, service: Service): Promise<boolean> {
  const kinds = manifestOf(service).stepsAlone ? [ACTIVITIES] : [WORKFLOWS, ACTIVITIES];
  const seen = await Promise.all(kinds.map((kind) => isPolled(connection, namespace, service, kind)));
  return seen.every(Boolean);
}

/** Whoever follows events keeps a connection open to hear of them; it ends with its process. */
async function isThere(db: Knex, listener: Listener): Promise<boolean> {
  const there = await db('pg_stat_activity')
    .whereRaw('application_name LIKE ? AND ? = ANY(string_to_array(application_name, ?))', [
      listenerName('%'),
      listener,
      ' ',
    ])
    .whereRaw('datname = current_database()')
    .first<object | undefined>('pid');
  return there !== undefined;
}

async function isPolled(
  connection: Connection,
  namespace: string,
  queue: string,
  kind: Kind,
): Promise<boolean> {
  const { pollers } = await connection.withDeadline(Date.now() + LIMIT_MS, () =>
    connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: queue },
      taskQueueType: kind,
    }),
  );
  const since = Date.now() - SEEN_WITHIN_MS;
  return pollers.some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000 >= since);
}

async function within(ms: number, check: Check): Promise<PartHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const answer = await Promise.race([check().catch(() => false), late]).finally(() => clearTimeout(timer));
  return typeof answer === 'boolean' ? { ok: answer } : answer;
}
