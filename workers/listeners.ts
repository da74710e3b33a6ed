import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { connect } from '../activities/database';
import { messenger } from '../activities/notification/consumer';
import { type Config, type Listener, SERVICES } from '../config';
import { startKafkaRelay } from '../events/kafka/relay';
import { Outbox } from '../events/outbox';
import { startRelay } from '../events/relay';
import type { Consumer } from '../events/subscription';
import { viewConsumers } from '../views/all';

/** One to read an outbox with and one that holds the checkpoint, for each consumer or publisher and source. */
const CONNECTIONS = 16;

export interface Crew {
  /** Resolves when all have come to a stop. */
  done: Promise<void>;
  stop: () => void;
}

/** Lets these follow the events of all services. */
export async function startListeners(
  listeners: readonly Listener[],
  config: Pick<Config, 'databases' | 'kafka'>,
  log: Logger,
): Promise<Crew> {
  const pools = new Map(
    Object.values(config.databases).map((url) => [url, connect(url, CONNECTIONS)] as const),
  );
  const pool = (domain: keyof Config['databases']) => pools.get(config.databases[domain]) as Knex;
  const consumersOf = (listener: Listener): Consumer[] => {
    switch (listener) {
      case 'views':
        return viewConsumers(pool('views'));
      case 'notification':
        return [messenger(pool('notification'))];
    }
  };
  const outboxes = SERVICES.map((service) => ({
    outbox: new Outbox(pool(service), service),
    url: config.databases[service],
  }));
  const { kafka } = config;
  const start: typeof startRelay = kafka
    ? (...rest) => startKafkaRelay(kafka, pool('relay'), ...rest)
    : startRelay;
  const relays = await Promise.all(
    listeners.map((listener) => start(listener, consumersOf(listener), outboxes, log)),
  );
  const done = Promise.all(relays.map((relay) => relay.done)).then(async () => {
    await Promise.all([...pools.values()].map((each) => each.destroy()));
  });
  return { done, stop: () => relays.forEach((relay) => relay.stop()) };
}
