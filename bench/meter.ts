import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import { ClearError } from '../engine/fail-clearly';

/** A process's clock ticks are hundredths of a second on every Linux. */
const TICK_MS = 10;

/** By what is done, and by whom: counts since some moment. */
export interface Counters {
  statements: Record<string, number>;
  commits: number;
  /** Milliseconds of CPU by process. */
  cpu: Record<string, number>;
}

/** Of a statement, by the first that its text fits. */
const KINDS: [kind: string, text: RegExp][] = [
  ['begin, commit', /^(begin|commit|rollback|savepoint|release|set transaction)/i],
  ['listen, notify', /^(listen|select pg_notify|notify)/i],
  ['heartbeats and settings', /^(set |show |select 1|discard)/i],
  ['reading outboxes, checkpoints', /outbox"? |checkpoints|parked_events/i],
  ['pages', /\bviews\b/i],
  ['messages, webhooks', /\bnotification\b/i],
  ['the engine', /\bdbos\b/i],
];

/** Counts what one Haru does. */
export class Meter {
  private constructor(
    private readonly db: Client,
    private readonly pid: number,
  ) {}

  /** @param url of one of its databases @param pid of its `npm start` */
  static async open(url: string, pid: number): Promise<Meter> {
    if (process.platform !== 'linux') throw new ClearError('Processes are measured by /proc: on Linux only.');
    // In a database of its own, whose commits are not counted.
    const db = new Client({ connectionString: url.replace(/\/[^/]*$/, '/postgres') });
    await db.connect();
    await db.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    return new Meter(db, pid);
  }

  async read(): Promise<Counters> {
    const { rows: texts } = await this.db.query<{ database: string; query: string; calls: string }>(
      `SELECT d.datname AS database, s.query, s.calls FROM pg_stat_statements s
       JOIN pg_database d ON d.oid = s.dbid WHERE d.datname LIKE 'haru%' AND s.toplevel`,
    );
    const statements: Counters['statements'] = {};
    for (const { database, query, calls } of texts) {
      const kind = database === 'haru_psp' ? 'the provider' : kindOf(query.trim());
      statements[kind] = (statements[kind] ?? 0) + Number(calls);
    }
    const { rows } = await this.db.query<{ commits: string }>(
      "SELECT sum(xact_commit) AS commits FROM pg_stat_database WHERE datname LIKE 'haru%'",
    );
    return { statements, commits: Number(rows[0]?.commits), cpu: cpuOf(this.pid) };
  }

  close(): Promise<void> {
    return this.db.end();
  }
}

/** What was counted between two readings. */
export function between(first: Counters, second: Counters): Counters {
  const less = (one: Record<string, number>, other: Record<string, number>) =>
    Object.fromEntries(Object.entries(other).map(([key, value]) => [key, value - (one[key] ?? 0)]));
  return {
    statements: less(first.statements, second.statements),
    commits: second.commits - first.commits,
    cpu: less(first.cpu, second.cpu),
  };
}

const kindOf = (text: string) => KINDS.find(([, fits]) => fits.test(text))?.[0] ?? 'domains and ledger';

interface Process {
  pid: number;
  parent: number;
  ms: number;
}

/** CPU time of a process (`itself`, or the starter) and all below it, with that of the ended, by what they are. */
function cpuOf(root: number): Record<string, number> {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processOf(Number(name)) ?? []);
  const sums: Record<string, number> = {};
  const add = (pid: number, name: string) => {
    sums[name] = (sums[name] ?? 0) + (all.find((one) => one.pid === pid)?.ms ?? 0);
    for (const { pid: child } of all.filter(({ parent }) => parent === pid))
      add(child, nameOf(child) ?? name);
  };
  add(root, root === process.pid ? 'caller' : 'starter');
  return sums;
}

function processOf(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may have spaces: state, parent, …, user and system time, those of ended children.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), ms: ticks * TICK_MS };
  } catch {
    return undefined;
  }
}

const NAMES: [name: string, command: RegExp][] = [
  ['starter', /engine\/(run|target|start)/],
  ['Temporal', /temporal.*server start-dev|temporal-server-/],
  ['PostgreSQL', /postgres/],
  ['provider', /psp\/main/],
  ['API', /api\/main/],
  ['listeners', /workers\/main\S* .*views/],
  ['workers', /workers\/main|variants\/worker/],
];

function nameOf(pid: number): string | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return NAMES.find(([, fits]) => fits.test(command))?.[0];
  } catch {
    return undefined;
  }
}
