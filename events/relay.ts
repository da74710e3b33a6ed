import type { Logger } from 'pino';
import { Delivery } from './delivery';
import { follow, type Relay, type Source } from './follow';
import type { Consumer } from './subscription';

/**
 * Takes consumers through the outboxes that they listen to, until it is stopped. Several relays may run at once: what
 * one is at, the others leave alone.
 * @param name seen by the database, which so knows who is there
 */
export function startRelay(
  name: string,
  consumers: readonly Consumer[],
  sources: readonly Source[],
  log: Logger,
): Promise<Relay> {
  const heard = sources.filter(({ outbox }) => consumers.some((one) => one.sources.includes(outbox.name)));
  // A loop for each two databases: one that is away holds up no other.
  const deliveries = [...Map.groupBy(consumers, ({ db }) => db)].flatMap(([db, own]) =>
    [...Map.groupBy(heard, ({ outbox }) => outbox.db).values()].map(
      (some) => new Delivery(db, own, some as [Source, ...Source[]], log),
    ),
  );
  return follow(name, deliveries);
}
