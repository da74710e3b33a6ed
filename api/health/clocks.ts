import type { Knex } from 'knex';

/** Deadlines are set by one clock and judged by another: further apart, what is in time comes too late, or the reverse. */
const APART_SECONDS = 1;

interface Clocks {
  ok: boolean;
  /** How far the clock is ahead of ours; behind it where negative. */
  seconds: number;
  owner: string;
}

/** The part of /readyz: the database whose clock is furthest from ours. @param databases by name */
export async function clocksApart(databases: ReadonlyMap<string, Knex>): Promise<Clocks> {
  const asked = await Promise.allSettled(
    [...databases].map(async ([owner, db]) => ({ owner, seconds: await aheadOf(db) })),
  );
  const clocks = asked.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  const [furthest] = clocks.toSorted((a, b) => Math.abs(b.seconds) - Math.abs(a.seconds));
  if (!furthest) throw new Error('no database can be asked');
  return { ok: Math.abs(furthest.seconds) <= APART_SECONDS, ...furthest };
}

/** Seconds by which its clock is ahead of ours at the least: an answer takes a while. */
async function aheadOf(db: Knex): Promise<number> {
  const before = Date.now();
  const { rows } = await db.raw<{ rows: [{ now: number }] }>(
    'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now',
  );
  const [{ now }] = rows;
  const after = Date.now();
  if (now > after) return (now - after) / 1_000;
  return now < before ? (now - before) / 1_000 : 0;
}
