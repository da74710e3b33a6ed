import { LISTENERS } from '../../config';
import { type Heartbeat, heartbeatsIn } from '../../events/checkpoint';
import type { Deps } from '../deps';
import { gaugeOf } from '../gauge';
import { shared } from '../shared';

/** A consumer that goes round notes a heartbeat every 5 seconds. */
const OLD_SECONDS = 15;

export type Heartbeats = () => Promise<Heartbeat[]>;

/** Of the consumers that are meant to run here. */
export function heartbeats({ config, databases }: Pick<Deps, 'config' | 'databases'>): Heartbeats {
  const schemas = LISTENERS.filter((listener) => !config.without.includes(listener));
  return shared(async () => {
    const noted = await Promise.all(schemas.map((schema) => heartbeatsIn(databases[schema], schema)));
    return noted.flat();
  });
}

/** The part of /readyz: the consumer that has not looked for the longest time, if one ever has. */
export async function slowestConsumer(
  beats: Heartbeats,
): Promise<{ ok: boolean; seconds?: number; owner?: string }> {
  const [slowest] = (await beats()).toSorted((a, b) => b.seconds - a.seconds);
  if (!slowest) return { ok: true };
  const { consumer, source, seconds } = slowest;
  return { ok: seconds < OLD_SECONDS, seconds, owner: `${consumer} in ${source}` };
}

export function measureHeartbeats(beats: Heartbeats, metrics: Deps['metrics']): void {
  const [name, help] = [
    'haru_consumer_heartbeat_seconds',
    'Seconds since a consumer last looked at a source',
  ];
  gaugeOf(metrics, { name, help, labels: ['consumer', 'source'] }, async () =>
    (await beats()).map(({ seconds: value, ...labels }) => ({ labels, value })),
  );
}
