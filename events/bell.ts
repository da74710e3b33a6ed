import createSubscriber from 'pg-listen';

/** Rings when an outbox has been appended to. A ring may be lost with a connection: whoever waits also looks by itself. */
export class Bell {
  private waiting: (() => void)[] = [];
  private rung = false;

  ring = (): void => {
    this.rung = true;
    for (const wake of this.waiting.splice(0)) wake();
  };

  /** Until it rings, or has rung since the last wait; at most so long. */
  async heard(withinMs: number): Promise<void> {
    if (!this.rung) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        timer = setTimeout(resolve, withinMs);
      });
      clearTimeout(timer);
    }
    this.rung = false;
  }
}

/**
 * Hears a channel of these databases, over one connection each, for as long as it takes.
 * @param name of who listens, as the database shows it
 */
export async function listen(
  urls: readonly string[],
  { name, channel, heard }: { name: string; channel: string; heard: (payload?: string) => void },
): Promise<{ close: () => Promise<void> }> {
  const subscribers = [...new Set(urls)].map((connectionString) =>
    createSubscriber<Record<string, string>>(
      { connectionString, application_name: listenerName(name) },
      { retryTimeout: Number.POSITIVE_INFINITY, parse: (payload: string) => payload },
    ),
  );
  for (const { notifications, events } of subscribers) {
    notifications.on(channel, heard);
    // What was said while it was away is lost: whoever listens looks.
    events.on('reconnect', () => heard());
    events.on('error', () => heard());
  }
  await Promise.all(
    subscribers.map(async (subscriber) => {
      await subscriber.connect();
      await subscriber.listenTo(channel);
    }),
  );
  return {
    close: async () => {
      await Promise.all(subscribers.map((subscriber) => subscriber.close()));
    },
  };
}

/** By it one sees in pg_stat_activity who is there. */
export const listenerName = (name: string) => `haru listener ${name}`;
