import type { Store } from 'express-rate-limit';
import type { Knex } from 'knex';
import type { Logger } from 'pino';

const MINUTE_MS = 60_000;
const SHARE_EVERY_MS = 1_000;
/** A key of which this part of its limit is not shared yet is shared at once. */
const SHARE_AT = 1 / 20;
const KEYS_AT_ONCE = 1_000;

interface Count {
  /** By all processes, as far as is known here. */
  total: number;
  /** By this process, not shared yet. */
  unshared: number;
}

interface Wanted {
  db: Knex;
  log: Logger;
  stopping: AbortSignal;
}

/**
 * Counts requests by the minute, in this process, and adds what it has counted to what all processes have about once a
 * second: no request waits for the database. While that is away each process counts alone. Decision 026.
 */
export class SharedCounts {
  private minute = minuteNow();
  private counts = new Map<string, Count>();
  private sharing = false;
  private isAway = false;
  private cleared = 0;

  constructor(private readonly wanted: Wanted) {
    const timer = setInterval(() => void this.share(), SHARE_EVERY_MS).unref();
    wanted.stopping.addEventListener('abort', () => clearInterval(timer));
  }

  /** @param prefix keeps keys of different limits apart */
  store(prefix: string, limit: number): Store {
    return {
      prefix,
      increment: (key) => ({
        totalHits: this.count(`${prefix} ${key}`, limit),
        resetTime: new Date((this.minute + 1) * MINUTE_MS),
      }),
      decrement: () => undefined,
      resetKey: () => undefined,
    };
  }

  private count(key: string, limit: number): number {
    const minute = minuteNow();
    if (minute !== this.minute) {
      this.minute = minute;
      this.counts = new Map();
    }
    const count = this.counts.get(key) ?? { total: 0, unshared: 0 };
    this.counts.set(key, count);
    // Refused requests are not counted.
    if (count.total > limit) return count.total;
    count.total++;
    count.unshared++;
    if (count.unshared >= limit * SHARE_AT) void this.share();
    return count.total;
  }

  private async share(): Promise<void> {
    const { minute, counts } = this;
    const sent = [...counts].filter(([, { unshared }]) => unshared > 0).slice(0, KEYS_AT_ONCE);
    if (this.sharing || sent.length === 0) return;
    this.sharing = true;
    const hits = sent.map(([, { unshared }]) => unshared);
    try {
      const keys = sent.map(([key]) => key);
      const totals = await addAll(this.wanted.db, minute, keys, hits);
      for (const [n, [key, count]] of sent.entries()) {
        count.unshared -= hits[n] ?? 0;
        count.total = (totals.get(key) ?? 0) + count.unshared;
      }
      if (this.cleared !== minute) await clearBefore(this.wanted.db, (this.cleared = minute));
      this.isAway = false;
    } catch (error) {
      if (!this.isAway) this.wanted.log.warn({ err: error }, 'request counts are not shared; tries again');
      this.isAway = true;
    } finally {
      this.sharing = false;
    }
  }
}

const minuteNow = () => Math.floor(Date.now() / MINUTE_MS);

/** @returns what all processes have counted for these keys */
async function addAll(
  db: Knex,
  minute: number,
  keys: readonly string[],
  hits: readonly number[],
): Promise<Map<string, number>> {
  // In one order everywhere, so that no two processes wait for each other.
  const { rows } = await db.raw<{ rows: { key: string; hits: number }[] }>(
    `INSERT INTO api.rate_limits AS r (key, minute, hits)
     SELECT key, :minute, hits FROM unnest(:keys::text[], :hits::integer[]) AS sent (key, hits) ORDER BY key
     ON CONFLICT (key, minute) DO UPDATE SET hits = r.hits + excluded.hits
     RETURNING key, hits`,
    { minute, keys: [...keys], hits: [...hits] },
  );
  return new Map(rows.map((row) => [row.key, row.hits]));
}

const clearBefore = (db: Knex, minute: number) => db('api.rate_limits').where('minute', '<', minute).delete();
