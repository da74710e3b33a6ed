import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { connect } from '../activities/database';
import { herald, messenger } from '../activities/notification/consumer';
import { startDelivering } from '../activities/notification/runner';
import { sendersOf } from '../activities/notification/senders';
import { type Config, DOMAINS, type Listener } from '../config';
import { startKafkaRelay } from '../events/kafka/relay';
import { Outbox } from '../events/outbox';
import { startRelay } from '../events/relay';
import type { Consumer } from '../events/subscription';
import { viewConsumers } from '../views/all';

/** Enough for two a publisher and its domain, and two a consumer and its database: one reads, one takes. */
const CONNECTIONS = 48;

export interface Crew {
  /** Resolves when all have come to a stop. */
  done: Promise<void>;
  stop: () => void;
}

/** Lets these follow the events of all domains. */
export async function startListeners(
  listeners: readonly Listener[],
  config: Pick<Config, 'databases' | 'channels' | 'kafka'>,
  log: Logger,
): Promise<Crew> {
  const pools = new Map(
    [...new Set(Object.values(config.databases))].map((url) => [url, connect(url, CONNECTIONS)] as const),
  );
  const pool = (domain: keyof Config['databases']) => pools.get(config.databases[domain]) as Knex;
  const consumersOf = (listener: Listener): Consumer[] => {
    switch (listener) {
      case 'views':
        return viewConsumers(pool('views'));
      case 'notification':
        return [messenger(pool('notification'), config.channels), herald(pool('notification'))];
    }
  };
  const outboxes = DOMAINS.map((domain) => ({
    outbox: new Outbox(pool(domain), domain),
    url: config.databases[domain],
  }));
  const { kafka } = config;
  const start: typeof startRelay = kafka
    ? (...rest) => startKafkaRelay(kafka, pool('relay'), ...rest)
    : startRelay;
  const relays = await Promise.all(
    listeners.map((listener) => start(listener, consumersOf(listener), outboxes, log)),
  );
  const deliveries = listeners.includes('notification')
    ? [
        startDelivering(
          config.databases.notification,
          { db: pool('notification'), senders: sendersOf(pool('notification'), config.channels) },
          log,
        ),
      ]
    : [];
  const crews = [...relays, ...deliveries];
  const done = Promise.all(crews.map((crew) => crew.done)).then(async () => {
    await Promise.all([...pools.values()].map((each) => each.destroy()));
  });
  return { done, stop: () => crews.forEach((crew) => crew.stop()) };
}
