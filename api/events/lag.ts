import { DOMAINS } from '../../config';
import { checkpointsIn, type Reached } from '../../events/checkpoint';
import { Outbox } from '../../events/outbox';
import type { Deps } from '../deps';
import { gaugeOf } from '../gauge';
import { shared } from '../shared';

/** Beyond that nobody counts. */
const COUNTED = 10_000;

export interface Lag {
  labels: Record<'consumer' | 'source', string>;
  events: number;
  seconds: number;
}

/** How far the pages and the inbox are behind what has happened; nothing where that is not known. */
export async function lagsOf(databases: Deps['databases']): Promise<Lag[]> {
  // With the database away the lag is unknown; all else is told.
  const reached = await Promise.all([
    checkpointsIn(databases.views, 'views'),
    checkpointsIn(databases.notification, 'notification'),
  ]).catch(() => []);
  const measured = await Promise.all(reached.flat().map((each) => lagOf(each, databases)));
  return measured.filter((lag) => lag !== undefined);
}

/** The same, asked when /metrics is. */
export function measureLag({ databases, metrics }: Pick<Deps, 'databases' | 'metrics'>): void {
  const lags = shared(() => lagsOf(databases));
  const gauge = (name: string, help: string, of: 'events' | 'seconds') =>
    gaugeOf(metrics, { name, help, labels: ['consumer', 'source'] }, async () =>
      (await lags()).map(({ labels, [of]: value }) => ({ labels, value })),
    );
  gauge('haru_consumer_lag_events', `Events that a consumer has not taken yet, at most ${COUNTED}`, 'events');
  gauge('haru_consumer_lag_seconds', 'Age of the oldest event that a consumer has not taken yet', 'seconds');
}

/** @returns undefined where nobody knows */
async function lagOf(
  { consumer, source, ...place }: Reached,
  databases: Deps['databases'],
): Promise<Lag | undefined> {
  const domain = DOMAINS.find((name) => name === source);
  const behind =
    domain && (await new Outbox(databases[domain], domain).behind(place, COUNTED).catch(() => undefined));
  return behind && { labels: { consumer, source }, ...behind };
}
