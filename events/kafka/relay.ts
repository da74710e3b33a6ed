import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { follow, type Relay, type Source } from '../follow';
import type { Consumer } from '../subscription';
import type { KafkaSettings } from './client';
import { Newest } from './newest';
import { Publisher } from './publisher';
import { Reader } from './reader';
import { retryWhenAsked } from './retries';

/** Who is stopped waits so long for what Kafka has been asked. */
const GRACE_MS = 1_000;

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
  const stopping = new AbortController();
  const late = new AbortController();
  const publishers = sources.map(
    (source) =>
      new Publisher(settings, db, source, log.child({ publisher: source.outbox.name }), late.signal),
  );
  const publishing = await follow(name, publishers);
  const newest = new Map(sources.map(({ outbox }) => [outbox.name, new Newest(outbox)]));
  const readings = consumers.map(async (consumer) => {
    const own = log.child({ consumer: consumer.name });
    await Promise.all([
      new Reader(settings, consumer, newest, own).read(stopping.signal, late.signal),
      retryWhenAsked(consumer, own, stopping.signal),
    ]);
  });
  const stop = () => {
    publishing.stop();
    stopping.abort();
    setTimeout(() => late.abort(), GRACE_MS).unref();
  };
  const done = Promise.all([publishing.done, ...readings]).then(async () => {
    await Promise.all(publishers.map((publisher) => publisher.close()));
  });
  return { done, stop };
}
