import type { Knex } from 'knex';
import type { Deps } from '../deps';
import { gaugeOf } from '../gauge';
import { shared } from '../shared';

/** Longer than any transaction of the API, a worker or a relay can be open (activities/database.ts). */
const OLD_SECONDS = 15;

interface Open {
  /** The connection's application_name. */
  owner: string;
  /** Whether it has locked or written rows: then it holds back every reader of events. */
  writes: boolean;
  seconds: number;
}

/**
 * The oldest open transaction of each owner, in all databases of a server: each holds back the readers in all of them.
 * Those of another role are seen by members of pg_read_all_stats alone.
 */
const OPEN = `
  SELECT coalesce(nullif(application_name, ''), usename || '@' || datname) AS owner,
    backend_xid IS NOT NULL AS writes,
    extract(epoch FROM clock_timestamp() - min(xact_start))::float AS seconds
  FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
  GROUP BY 1, 2`;

export type Transactions = () => Promise<Open[]>;

/** @returns what the databases tell that can be reached; the promise rejects where none can */
export function openTransactions(databases: readonly Knex[]): Transactions {
  return shared(async () => {
    const asked = await Promise.allSettled(databases.map((db) => db.raw<{ rows: Open[] }>(OPEN)));
    const told = asked.filter((one) => one.status === 'fulfilled');
    if (told.length === 0) throw new Error('no database can be asked');
    // Several databases of one server tell the same.
    const oldest = new Map<string, Open>();
    for (const open of told.flatMap(({ value }) => value.rows)) {
      const key = `${open.owner} ${String(open.writes)}`;
      if (open.seconds >= (oldest.get(key)?.seconds ?? 0)) oldest.set(key, open);
    }
    return [...oldest.values()];
  });
}

/** The part of /readyz: the oldest transaction that holds back readers, if there is one. */
export async function oldestTransaction(
  open: Transactions,
): Promise<{ ok: boolean; seconds?: number; owner?: string }> {
  const [oldest] = (await open()).filter(({ writes }) => writes).toSorted((a, b) => b.seconds - a.seconds);
  if (!oldest) return { ok: true };
  return { ok: oldest.seconds < OLD_SECONDS, seconds: oldest.seconds, owner: oldest.owner };
}

export function measureTransactions(open: Transactions, metrics: Deps['metrics']): void {
  const name = 'haru_oldest_transaction_seconds';
  const help =
    'Age of the oldest open transaction of each owner; one that writes holds back every reader of events';
  gaugeOf(metrics, { name, help, labels: ['owner', 'writes'] }, async () =>
    (await open()).map(({ owner, writes, seconds: value }) => ({
      labels: { owner, writes: String(writes) },
      value,
    })),
  );
}
