import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { connect } from '../activities/database';
import { webhookConsumer, messageConsumer } from '../activities/notification/consumer';
import { type Config, DOMAINS, type Listener } from '../config';
import { Outbox } from '../events/outbox';
import { startRelay } from '../events/relay';
import type { Consumer } from '../events/subscription';
import type { Relay, Round } from '../events/follow';
import { viewConsumers } from '../views/all';
import { type Checks, type Health, reaches } from './health';

/** Enough for two a publisher and its domain, and two a consumer and its database: one reads, one takes. */
const CONNECTIONS = 48;

export interface Group {
  /** Resolves when all have come to a stop. */
  done: Promise<void>;
  stop: () => void;
  health: Health;
}

/** Lets these follow the events of all domains. */
export async function startListeners(
  listeners: readonly Listener[],
  config: Pick<Config, 'databases' | 'channels' | 'kafka' | 'health'>,
  log: Logger,
): Promise<Group> {
  const name = `haru relay ${listeners.join(' ')}`;
  const pools = new Map(
    [...new Set(Object.values(config.databases))].map(
      (url) => [url, connect(url, CONNECTIONS, { name })] as const,
    ),
  );
  const pool = (domain: keyof Config['databases']) => pools.get(config.databases[domain]) as Knex;
  const consumersOf = (listener: Listener): Consumer[] => {
    switch (listener) {
      case 'views':
        return viewConsumers(pool('views'));
      case 'notification':
        return [
          messageConsumer(pool('notification'), config.channels),
          webhookConsumer(pool('notification')),
        ];
    }
  };
  const outboxes = DOMAINS.map((domain) => ({
    outbox: new Outbox(pool(domain), domain),
    url: config.databases[domain],
  }));
  const start = await relayOver(config.kafka, pool('relay'));
  const relay = await start(listeners.join(' '), listeners.flatMap(consumersOf), outboxes, log);
  const deliveries = listeners.includes('notification')
    ? [await startDeliveries(pool('notification'), config, log)]
    : [];
  const groups = [relay, ...deliveries];
  const done = Promise.all(groups.map((group) => group.done)).then(async () => {
    await Promise.all([...pools.values()].map((each) => each.destroy()));
  });
  return {
    done,
    stop: () => groups.forEach((group) => group.stop()),
    health: {
      alive: goRound(listeners, relay, 'begunMs', config.health.stalledAfterMs),
      ready: {
        ...goRound(listeners, relay, 'lookedMs', config.health.stalledAfterMs),
        ...databaseChecks(config.databases, pools),
      },
    },
  };
}

/** Whether all loops have got so far within that time. */
function goRound(listeners: readonly Listener[], relay: Relay, ms: keyof Round, withinMs: number): Checks {
  const check = () => (relay.rounds?.() ?? []).every((round) => round[ms] < withinMs);
  return Object.fromEntries(listeners.map((listener) => [listener, check]));
}

/** Kafka's library is large: it is loaded where Kafka is used. */
async function relayOver(kafka: Config['kafka'], db: Knex): Promise<typeof startRelay> {
  if (!kafka) return startRelay;
  const { startKafkaRelay } = await import('../events/kafka/relay.js');
  return (...relay) => startKafkaRelay(kafka, db, ...relay);
}

/** So are those of jobs and mail. */
async function startDeliveries(
  db: Knex,
  { databases, channels }: Pick<Config, 'databases' | 'channels'>,
  log: Logger,
) {
  const [{ startDelivering }, { sendersOf }] = await Promise.all([
    import('../activities/notification/runner.js'),
    import('../activities/notification/senders.js'),
  ]);
  return startDelivering(databases.notification, { db, senders: sendersOf(db, channels) }, log);
}

function databaseChecks(urls: Config['databases'], pools: ReadonlyMap<string, Knex>): Checks {
  const domainsOf = (url: string) =>
    Object.entries(urls).flatMap(([domain, its]) => (its === url ? domain : []));
  return Object.fromEntries(
    [...pools].map(([url, db]) => [
      ['database', ...(pools.size > 1 ? domainsOf(url) : [])].join(' '),
      reaches(db),
    ]),
  );
}
