import type { Knex } from 'knex';
import { Gauge } from 'prom-client';
import { Outbox } from '../../events/outbox';
import type { Place } from '../../events/event';
import type { Deps } from '../deps';

/** Beyond that nobody counts. */
const COUNTED = 10_000;
const LABELS = ['consumer', 'source'] as const;

interface Checkpoint extends Place {
  consumer: string;
  source: string;
}

/** How far the pages and the inbox are behind what has happened, asked when /metrics is. */
export function measureLag({ databases, metrics }: Pick<Deps, 'databases' | 'metrics'>): void {
  const gauge = (name: string, help: string, value: 'events' | 'seconds') => {
    const lag: Gauge<(typeof LABELS)[number]> = new Gauge({
      name,
      help,
      labelNames: LABELS,
      registers: [metrics],
      collect: async () => {
        lag.reset();
        // With the database away the lag is unknown; all else is told.
        const known = await checkpoints(databases).catch(() => []);
        for (const { consumer, source, ...place } of known) {
          if (source !== 'movie' && source !== 'payment') continue;
          const behind = await new Outbox(databases[source], source)
            .behind(place, COUNTED)
            .catch(() => undefined);
          if (behind) lag.set({ consumer, source }, behind[value]);
        }
      },
    });
  };
  gauge('haru_consumer_lag_events', `Events that a consumer has not taken yet, at most ${COUNTED}`, 'events');
  gauge('haru_consumer_lag_seconds', 'Age of the oldest event that a consumer has not taken yet', 'seconds');
}

async function checkpoints(databases: Deps['databases']): Promise<Checkpoint[]> {
  const of = (db: Knex, schema: string) =>
    db(`${schema}.checkpoints`).select<Checkpoint[]>('consumer', 'source', db.raw('xid::text'), 'position');
  const all = await Promise.all([of(databases.views, 'views'), of(databases.notification, 'notification')]);
  return all.flat();
}
