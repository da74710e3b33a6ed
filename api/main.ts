import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { type Config, config, type Domain, DOMAINS } from '../config';
import { connect, TRANSACTION_AT_MOST_MS } from '../activities/database';
import { DATA_CONVERTER } from '../data-converter';
import { Outbox } from '../events/outbox';
import { manifests } from '../manifests/all';
import { Movement } from '../views/movement';
import { Pages } from '../views/pages';
import { createApp } from './app';
import type { Deps } from './deps';
import { forgetOld } from './idempotency';
import { Audience } from './notification/audience';
import { namedPools } from './health/checks';
import { clocksApart } from './health/clocks';
import { Presence } from './presence';
import { Sagas } from './sagas';

const ENGINE_WITHIN_MS = 30_000;
/** Clients on kept connections learn that we go by `Connection: close`, before the door shuts on them. */
const NOTICE_MS = 300;
const FORGET_EVERY_MS = 3_600_000;
/** Requests without an answer by then hear 503: the same Idempotency-Key gets it from the next process. */
const ANSWERS_WITHIN_MS = 3_000;
const FINISH_WITHIN_MS = 8_000;
const CLOSE_WITHIN_MS = 1_000;

async function main(): Promise<void> {
  const log = pino({ level: config.logLevel, base: { process: 'api' } });
  const stop = new AbortController();
  const leave = new AbortController();
  const deps = await wire(log, stop.signal, leave.signal);
  const server = await listen(deps);
  const forgetting = setInterval(
    () => void forgetOld(deps.idempotency).catch(() => undefined),
    FORGET_EVERY_MS,
  );
  log.info({ host: config.host, port: config.ports.api }, 'ready');
  // A database that cannot be asked is told of by /readyz.
  compareClocks(deps).catch(() => undefined);

  await signalled();
  stop.abort();
  clearInterval(forgetting);
  await sleep(NOTICE_MS);
  setTimeout(() => leave.abort(), ANSWERS_WITHIN_MS);
  await finish(server);
  await close(deps);
  log.info('stopped');
  process.exit(0);
}

/** What a deadline is worth depends on it, and nobody else would say so. */
async function compareClocks({ databases, log }: Deps): Promise<void> {
  const { ok, ...furthest } = await clocksApart(namedPools(databases, config.without));
  if (!ok) log.warn(furthest, 'a clock is apart from ours: set both by NTP');
}

async function wire(log: pino.Logger, stopping: AbortSignal, leaving: AbortSignal): Promise<Deps> {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const connection = await reachEngine(log);
  const databases = pools(config);
  const temporal = new Client({
    connection,
    namespace: config.temporal.namespace,
    dataConverter: DATA_CONVERTER,
  });
  const central = {
    config,
    log,
    metrics,
    stopping,
    databases,
    connection,
    temporal,
    idempotency: { db: databases.api, answerWithinMs: config.answerWithinMs },
    sagas: new Sagas(temporal, config, leaving),
    presence: new Presence(temporal, config.answerWithinMs),
    pages: new Pages({
      db: databases.views,
      outboxes: outboxesIn(databases),
      movement: new Movement(config.databases.views),
      freshWithinMs: config.pagesFreshWithinMs,
      partitions: config.kafka?.partitions,
    }),
    audience: new Audience({
      db: databases.notification,
      url: config.databases.notification,
      limits: config.live,
      metrics,
      log,
    }),
  };
  const stores = await Promise.all(manifests.map(async ({ api }) => (await api?.())?.stores(central)));
  return Object.assign(central, ...stores) as Deps;
}

/** Domains that share a URL share a pool. */
function pools({ databases: urls, databasePool, databaseLockedMs }: Config): Deps['databases'] {
  const settings = {
    name: 'haru api',
    lockedAtMostMs: databaseLockedMs,
    // What it may wait for a lock comes on top.
    transactionAtMostMs: TRANSACTION_AT_MOST_MS + databaseLockedMs,
  };
  const pool = (url: string) => connect(url, databasePool, settings);
  const byUrl = new Map([...new Set(Object.values(urls))].map((url) => [url, pool(url)]));
  const pairs = Object.entries(urls).map(([domain, url]) => [domain, byUrl.get(url)]);
  return Object.fromEntries(pairs) as Deps['databases'];
}

const outboxesIn = (databases: Deps['databases']) =>
  Object.fromEntries(DOMAINS.map((name) => [name, new Outbox(databases[name], name)])) as Record<
    Domain,
    Outbox
  >;

/** The SDK does not try a refused first connection again; the engine may still be starting. */
async function reachEngine(log: pino.Logger): Promise<Connection> {
  const until = Date.now() + ENGINE_WITHIN_MS;
  for (;;) {
    try {
      return await Connection.connect({ address: config.temporal.address, connectTimeout: 5_000 });
    } catch (error) {
      if (Date.now() > until) throw error;
      log.debug({ address: config.temporal.address }, 'waiting for Temporal');
      await sleep(250);
    }
  }
}

async function listen(deps: Deps): Promise<Server> {
  // Longer than the idle time of usual load balancers, so that it is they who close a connection.
  const timeouts = { keepAliveTimeout: 65_000, headersTimeout: 10_000, requestTimeout: 30_000 };
  const server = createServer(timeouts, await createApp(deps));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(config.ports.api, config.host, resolve);
  });
  return server;
}

const signalled = () =>
  new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });

/** Takes no new connection and lets those with a request finish it. */
async function finish(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // A connection falls idle once its request is answered; keep-alive would hold it for a minute.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  await Promise.race([closed, sleep(FINISH_WITHIN_MS)]);
  clearInterval(idle);
  server.closeAllConnections();
}

async function close({ audience, pages, databases, connection }: Deps): Promise<void> {
  const destroyed = [...new Set(Object.values(databases))].map((pool) => pool.destroy());
  await Promise.race([
    Promise.allSettled([audience.close(), pages.close(), ...destroyed]),
    sleep(CLOSE_WITHIN_MS),
  ]);
  // Then leave at once: a retry that the SDK has planned would throw on the closed connection.
  await connection.close();
}

main().catch((error: unknown) => {
  pino().fatal({ err: error }, 'the API cannot serve');
  process.exit(1);
});
