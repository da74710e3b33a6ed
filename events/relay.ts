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
  const followings = consumers.map((consumer) => {
    const outboxes = sources
      .map(({ outbox }) => outbox)
      .filter(({ name }) => consumer.sources.includes(name));
    return { follower: new Subscriptions(consumer, outboxes), log: log.child({ consumer: consumer.name }) };
  });
  return follow(name, followings, sources);
}
