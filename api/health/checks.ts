import type { Connection } from '@temporalio/client';
import type { Knex } from 'knex';
import { LISTENERS, type Listener, type Part, SERVICES, type Service } from '../../config';
import { listenerName } from '../../events/bell';
import type { Deps } from '../deps';
import { shared } from '../shared';

const LIMIT_MS = 1_500;
/** A worker asks for work at least once a minute; one that died is listed for minutes longer. */
const SEEN_WITHIN_MS = 75_000;
/** temporal.api.enums.v1.TaskQueueType */
type Kind = NonNullable<Parameters<Connection['workflowService']['describeTaskQueue']>[0]['taskQueueType']>;
const [WORKFLOWS, ACTIVITIES] = [1, 2] as unknown as [Kind, Kind];

export interface Readiness {
  ready: boolean;
  parts: Record<string, { ok: boolean }>;
}

/** Asks every part that this instance is meant to serve with; probes within a second share one answer. */
export function readiness({ config, databases, connection, stopping }: Deps): () => Promise<Readiness> {
  const checks: [string, () => Promise<boolean>][] = [
    ...databaseChecks(databases, config.without),
    ['temporal', () => engineAnswers(connection)],
    ...SERVICES.filter((service) => !config.without.includes(service)).map((service): [string, Check] => [
      `queue ${service}`,
      () => isServed(connection, config.temporal.namespace, service),
    ]),
    ...LISTENERS.filter((listener) => !config.without.includes(listener)).map((listener): [string, Check] => [
      listener,
      () => isThere(databases.movie, listener),
    ]),
  ];
  const ask = shared(async () => {
    const parts = await Promise.all(
      checks.map(async ([name, check]) => [name, { ok: await within(LIMIT_MS, check) }] as const),
    );
    return { ready: parts.every(([, { ok }]) => ok), parts: Object.fromEntries(parts) };
  });
  return async () => {
    const readiness = await ask();
    if (!stopping.aborted) return readiness;
    return { ready: false, parts: { ...readiness.parts, stopping: { ok: false } } };
  };
}

type Check = () => Promise<boolean>;

/**
 * One check per pool; domains that share a database share its pool, and it is just "database". Courses that are left
 * out are not even read.
 */
function databaseChecks(databases: Deps['databases'], without: readonly Part[]): [string, Check][] {
  const pools = new Map<Knex, string[]>();
  for (const [domain, pool] of Object.entries(databases))
    if (domain !== 'course' || !without.includes(domain))
      pools.set(pool, [...(pools.get(pool) ?? []), domain]);
  return [...pools].map(([pool, domains]) => [
    pools.size === 1 ? 'database' : `database ${domains.join(' ')}`,
    async () => {
      await pool.raw('select 1');
      return true;
    },
  ]);
}

async function engineAnswers(connection: Connection): Promise<boolean> {
  await connection.withDeadline(Date.now() + LIMIT_MS, () => connection.workflowService.getSystemInfo({}));
  return true;
}

/** Their steps are all that others ask of them: no workflow runs on their queues. */
const STEPS_ALONE: readonly Service[] = ['boxoffice', 'billing'];

async function isServed(connection: Connection, namespace: string, service: Service): Promise<boolean> {
  const kinds = STEPS_ALONE.includes(service) ? [ACTIVITIES] : [WORKFLOWS, ACTIVITIES];
  const seen = await Promise.all(kinds.map((kind) => isPolled(connection, namespace, service, kind)));
  return seen.every(Boolean);
}

/** Whoever follows events keeps a connection open to hear of them; it ends with its process. */
async function isThere(db: Knex, listener: Listener): Promise<boolean> {
  const there = await db('pg_stat_activity')
    .where({ application_name: listenerName(listener) })
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

async function within(ms: number, check: Check): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const answer = check().catch(() => false);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
