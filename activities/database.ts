import knex, { type Knex } from 'knex';
import pg from 'pg';

// Whole KRW and counts are far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

interface Limits {
  /**
   * So long a transaction may wait for its next statement: whoever freezes or vanishes in the middle of one lets go of
   * what it has locked.
   */
  idleAtMostMs?: number;
  /** So long a statement may wait for what others have locked. */
  lockedAtMostMs?: number;
  /** How long a connection may take to be made: 2 s unless said. */
  connectWithinMs?: number;
}

/** So long, as a rule: a transaction of ours takes milliseconds. */
export const IDLE_AT_MOST_MS = 5_000;

/** For connections of tests and of the audit, which may find the machine busy: nobody waits for an answer. */
export const NO_HURRY: Limits = { connectWithinMs: 30_000 };

/** A pool of at most `connections` to one domain's database. */
export function connect(
  url: string,
  connections: number,
  { idleAtMostMs = 0, lockedAtMostMs = 0, connectWithinMs = 2_000 }: Limits = {},
): Knex {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      connectionTimeoutMillis: connectWithinMs,
      keepAlive: true,
      idle_in_transaction_session_timeout: idleAtMostMs,
      options: `-c lock_timeout=${lockedAtMostMs}`,
    },
    pool: { min: 0, max: connections },
    acquireConnectionTimeout: connectWithinMs + 1_000,
  });
}

/** A limit in time for PostgreSQL. @param at epoch milliseconds; no limit when undefined */
export const timeOrNever = (at: number | undefined) => (at === undefined ? 'infinity' : new Date(at));

const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|57P03)$/;

/** Whether no connection was to be had: then nothing was asked of the database. */
export function isUnreachable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, syscall } = error as Record<'code' | 'message' | 'syscall', unknown>;
  // A connection that breaks may have carried a statement.
  if (syscall === 'read' || syscall === 'write') return false;
  return UNREACHABLE.test(String(code)) || /^(timeout expired|Knex: Timeout acquiring)/.test(String(message));
}
