import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { follow, type Relay, type Source } from '../follow';
import type { Consumer } from '../subscription';
import { kafkaClient, type KafkaSettings } from './client';
import { Publisher } from './publisher';
import { Reader } from './reader';
import { retryWhenAsked } from './retries';

/**
 * Publishes the outboxes to Kafka and takes each consumer through what is there, until it is stopped. Several may run
 * at once: one publishes, and the partitions are shared among the readers.
 * @param db with the relay's schema
 * @param name seen by the database, which so knows who is there
 */
export async function startKafkaRelay(
  settings: KafkaSettings,
  db: Knex,
  name: string,
  consumers: readonly Consumer[],
  sources: readonly Source[],
  log: Logger,
): Promise<Relay> {
  const kafka = kafkaClient(settings, log);
  const stopping = new AbortController();
  const publishers = sources.map((source) => ({
    follower: new Publisher(kafka, settings.partitions, db, source.outbox.name),
    source,
    log: log.child({ publisher: source.outbox.name }),
  }));
  const publishing = await follow(name, publishers, sources);
  const readings = consumers.map(async (consumer) => {
    const own = log.child({ consumer: consumer.name });
    await Promise.all([
      new Reader(kafka, consumer, settings, own).read(stopping.signal),
      retryWhenAsked(consumer, own, stopping.signal),
    ]);
  });
  const stop = () => {
    publishing.stop();
    stopping.abort();
  };
  const done = Promise.all([publishing.done, ...readings]).then(async () => {
    await Promise.all(publishers.map(({ follower }) => follower.close()));
  });
  return { done, stop };
}
