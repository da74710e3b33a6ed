import createSubscriber from 'pg-listen';

/** Rings when an outbox has been appended to. A ring may be lost with a connection: whoever waits also looks by itself. */
export class Bell {
  private wake: () => void = () => undefined;
  private rung = false;

  ring(): void {
    this.rung = true;
    this.wake();
  }

  /** Until it rings, or has rung since the last wait; at most so long, if said. One waits at a time. */
  async heard(withinMs?: number): Promise<void> {
    if (!this.rung) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        if (withinMs !== undefined) timer = setTimeout(resolve, withinMs);
      });
      clearTimeout(timer);
    }
    this.rung = false;
  }
}

const CONNECT_WITHIN_MS = 2_000;
const RETRY_MS = 500;

/**
 * Hears a channel of these databases, over one connection each, for as long as it takes. One that is away is listened
 * to once it is back: nothing is thrown.
 * @param name of who listens, as the database shows it
 * @param heard without a payload when a connection is new: what was said before may have been missed
 */
export async function listen(
  urls: readonly string[],
  { name, channel, heard }: { name: string; channel: string; heard: (payload?: string) => void },
): Promise<{ close: () => Promise<void> }> {
  let closed = false;
  const retryInterval = () => {
    // The one way to stop a subscriber that tries to reach a database which is away: it would try for ever.
    if (closed) throw new Error('closed');
    return RETRY_MS;
  };
  const subscribers = [...new Set(urls)].map((connectionString) =>
    createSubscriber<Record<string, string>>(
      {
        connectionString,
        application_name: listenerName(name),
        connectionTimeoutMillis: CONNECT_WITHIN_MS,
      },
      { retryInterval, retryTimeout: Number.POSITIVE_INFINITY, parse: (payload: string) => payload },
    ),
  );
  for (const subscriber of subscribers) {
    subscriber.notifications.on(channel, heard);
    // What was said while it was away is lost: whoever listens looks.
    subscriber.events.on('connected', () => {
      if (closed) void subscriber.close();
      else heard();
    });
    subscriber.events.on('error', () => heard());
  }
  // Asked for the channel before it has connected, a subscriber that fails to goes on trying and listens in the end.
  await Promise.allSettled(
    subscribers.flatMap((subscriber) => [
      subscriber.connect(),
      Promise.resolve(subscriber.listenTo(channel)),
    ]),
  );
  heard();
  return {
    close: async () => {
      closed = true;
      await Promise.all(subscribers.map((subscriber) => subscriber.close()));
    },
  };
}

/** By it one sees in pg_stat_activity who is there. */
export const listenerName = (name: string) => `haru listener ${name}`;
