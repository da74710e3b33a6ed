import type { Logger } from 'pino';
import { follow, type Relay, type Source } from './follow';
import { type Consumer, Subscription } from './subscription';

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
  const followings = consumers.flatMap((consumer) =>
    sources
      .filter(({ outbox }) => consumer.sources.includes(outbox.name))
      .map((source) => ({
        follower: new Subscription(consumer, source.outbox.name),
        source,
        log: log.child({ consumer: consumer.name }),
      })),
  );
  return follow(name, followings, sources);
}
