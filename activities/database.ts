import knex, { type Knex } from 'knex';
import pg from 'pg';

// Whole KRW and counts are far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

interface Settings {
  /** Whose the connections are, as the database shows it (application_name): "haru" unless said. */
  name?: string;
  /** A transaction may wait so long for its next statement; 0 is without limit. */
  idleAtMostMs?: number;
  /** A transaction, or a statement outside of one, may take so long; 0 is without limit. */
  transactionAtMostMs?: number;
  /** A statement may wait so long for a lock that others hold; without limit unless said. */
  lockedAtMostMs?: number;
  /** How long a connection may take to be made: 2 s unless said. */
  connectWithinMs?: number;
}

/**
 * Transactions of ours take milliseconds. One that stays open keeps its locks and holds back every reader of events, so
 * the database ends it when its process freezes or vanishes: decision 025.
 */
const IDLE_AT_MOST_MS = 5_000;
export const TRANSACTION_AT_MOST_MS = 10_000;
/** A frozen process takes no more of a long answer: the database waits so long for it to go on. */
const UNREAD_AT_MOST_MS = 10_000;

/**
 * Whether a row with that id is there, with these columns where they are given; true where no id is given, as nothing
 * has been seen yet.
 */
export async function isRow(
  db: Knex,
  table: string,
  id: string | undefined,
  columns: Record<string, string | undefined> = {},
): Promise<boolean> {
  if (id === undefined) return true;
  const row = db(table).where({ id });
  for (const [column, value] of Object.entries(columns))
    if (value !== undefined) void row.where(column, value);
  return (await row.first<object | undefined>('id')) !== undefined;
}

/** Which part of a list is wanted. */
export interface PageWanted {
  limit: number;
  /** The id of the last one seen. */
  after?: string | undefined;
  /** The lowest id. Ids grow with time. */
  from?: string | undefined;
  /** The id below which all are. */
  to?: string | undefined;
  /** Newest first unless said. */
  oldestFirst?: boolean | undefined;
}

/** Adds to a query of things which part of them is wanted. */
export function inPage(query: Knex.QueryBuilder, page: PageWanted, id = 'id'): Knex.QueryBuilder {
  const { limit, after, from, to, oldestFirst = false } = page;
  void query.orderBy(id, oldestFirst ? 'asc' : 'desc').limit(limit);
  if (after !== undefined) void query.where(id, oldestFirst ? '>' : '<', after);
  if (from !== undefined) void query.where(id, '>=', from);
  if (to !== undefined) void query.where(id, '<', to);
  return query;
}

/**
 * Fields and the columns that they are read from, by the one rule: `paymentId` is `payment_id`.
 * @param table its alias in the query
 */
export const columns = <Field extends string>(fields: readonly Field[], table?: string) =>
  Object.fromEntries(
    fields.map((field) => [field, (table === undefined ? '' : `${table}.`) + columnOf(field)]),
  ) as Record<Field, string>;

const columnOf = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** For migrations and tests, whose transactions take as long as they take. */
export const NO_LIMITS: Settings = { idleAtMostMs: 0, transactionAtMostMs: 0 };

/** Tests and the audit may wait so long for a connection: on a busy machine it takes a while. */
export const CONNECT_UNHURRIED_MS = 30_000;

export const NO_HURRY: Settings = { ...NO_LIMITS, connectWithinMs: CONNECT_UNHURRIED_MS };

/** A pool of at most `connections` to one domain's database. */
export function connect(url: string, connections: number, settings: Settings = {}): Knex {
  const { connectWithinMs = 2_000 } = settings;
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      connectionTimeoutMillis: connectWithinMs,
      keepAlive: true,
      ...sessionOf(settings),
    },
    pool: { min: 0, max: connections },
    acquireConnectionTimeout: connectWithinMs + 1_000,
  });
}

/** The URL with the settings in it, for libraries that connect by themselves. */
export function urlWith(url: string, settings: Settings): string {
  const whole = new URL(url);
  for (const [name, value] of Object.entries(sessionOf(settings))) whole.searchParams.set(name, value);
  return whole.href;
}

function sessionOf({
  name = 'haru',
  idleAtMostMs = IDLE_AT_MOST_MS,
  transactionAtMostMs = TRANSACTION_AT_MOST_MS,
  lockedAtMostMs = 0,
}: Settings) {
  const limits = {
    idle_in_transaction_session_timeout: idleAtMostMs,
    transaction_timeout: transactionAtMostMs,
    tcp_user_timeout: transactionAtMostMs === 0 ? 0 : UNREAD_AT_MOST_MS,
    lock_timeout: lockedAtMostMs,
  };
  const options = Object.entries(limits).map(([limit, ms]) => `-c ${limit}=${ms}`);
  return { application_name: name, options: options.join(' ') };
}

/** A limit in time for PostgreSQL. @param at epoch milliseconds; no limit when undefined */
export const timeOrNever = (at: number | undefined) =>
  at === undefined ? ('infinity' as const) : new Date(at);

const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|57P03)$/;

/** Whether no connection was to be had: then nothing was asked of the database. */
export function isUnreachable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, syscall } = error as Record<'code' | 'message' | 'syscall', unknown>;
  // A connection that breaks may have carried a statement.
  if (syscall === 'read' || syscall === 'write') return false;
  return UNREACHABLE.test(String(code)) || /^(timeout expired|Knex: Timeout acquiring)/.test(String(message));
}

/** The same database, by the user and password of another URL where there is one. */
export function asUserOf(url: string, other: string | undefined): string {
  if (!other) return url;
  const { username, password } = new URL(other);
  return Object.assign(new URL(url), { username, password }).href;
}
