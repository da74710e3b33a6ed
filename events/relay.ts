import type { Logger } from 'pino';
import { follow, type Relay, type Source } from './follow';
import type { Consumer } from './subscription';
import { Subscriptions } from './subscriptions';

/**
 * Takes each consumer through the outboxes that it listens to, until it is stopped. Several relays may run at once:
 * what one is at, the others leave alone.
 * @param name seen by the database, which so knows who is there
 */
export function startRelay(
  name: string,
  consumers: readonly Consumer[],
  sources: readonly Source[],
  log: Logger,
): Promise<Relay> {
  // Those of one database are gone through together: one that is away holds up no other.
  const followings = consumers.flatMap((consumer) => {
    const outboxes = sources
      .map(({ outbox }) => outbox)
      .filter(({ name }) => consumer.sources.includes(name));
    return [...Map.groupBy(outboxes, ({ db }) => db).values()].map((together) => ({
      follower: new Subscriptions(consumer, together),
      log: log.child({ consumer: consumer.name }),
    }));
  });
  return follow(name, followings, sources);
}
