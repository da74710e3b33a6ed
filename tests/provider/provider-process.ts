import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import knex from 'knex';
import { migrationsOf } from '../../migrations/sql-files';
import { ROOT } from '../../root';
import { freePort } from '../free-port';
import { argsOf } from '../scripts';

interface Answer {
  status: number;
  body: any;
}

/** The simulator as its own process on its own fresh database. */
export interface Provider {
  url: string;
  call(method: string, path: string, body?: unknown, key?: string, signal?: AbortSignal): Promise<Answer>;
  charge(key: string, token?: string, amount?: number, signal?: AbortSignal): Promise<Answer>;
  refund(chargeId: string, amount: number, key: string): Promise<Answer>;
  /** The charge on record under the key. */
  lookUp(key: string): Promise<any>;
  /** All lines of the statement. */
  statement(limit?: number): Promise<any[]>;
  kill(signal?: NodeJS.Signals): Promise<number | null>;
  start(): Promise<void>;
  /** Cuts the process off from its database; it may connect again at once. */
  cutConnections(): Promise<void>;
  /** Stops the process and drops the database. */
  remove(): Promise<void>;
}

/** Needs TEST_POSTGRES_URL, a superuser's. */
export async function provider(settings: Record<string, string> = {}): Promise<Provider> {
  const server = process.env['TEST_POSTGRES_URL'];
  if (server === undefined) throw new Error('TEST_POSTGRES_URL names no PostgreSQL server');
  const database = `psp_${process.pid}_${Date.now()}`;
  const databaseUrl = server.replace(/\/[^/]*$/, `/${database}`);
  await onServer(server, `create database ${database}`);
  await migrate(databaseUrl);

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  const start = async () => {
    child = spawn(process.execPath, argsOf('psp/main.ts'), {
      cwd: ROOT,
      env: {
        ...process.env,
        PSP_PORT: String(port),
        PSP_DATABASE_URL: databaseUrl,
        LOG_LEVEL: 'fatal',
        ...settings,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    for (let tries = 0; tries < 400; tries++) {
      if (child.exitCode !== null) throw new Error('The provider did not start');
      if (
        await fetch(`${url}/healthz`).then(
          (answer) => answer.ok,
          () => false,
        )
      )
        return;
      await sleep(25);
    }
    throw new Error('The provider does not answer');
  };
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return null;
    const gone = once(child, 'exit');
    child.kill(signal);
    return ((await gone) as [number | null])[0];
  };
  const call: Provider['call'] = async (method, path, body, key, signal) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };

  await start();
  return {
    url,
    call,
    kill,
    start,
    charge: (key, token = 'tok_ok', amount = 12_000, signal) =>
      call('POST', '/charges', { amount, currency: 'KRW', token }, key, signal),
    refund: (chargeId, amount, key) => call('POST', `/charges/${chargeId}/refunds`, { amount }, key),
    lookUp: async (key) => (await call('GET', `/charges?key=${key}`)).body.data[0],
    statement: async (limit = 100) => {
      const lines = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = await call('GET', `/statement?limit=${limit}${cursor && `&cursor=${cursor}`}`);
        lines.push(...page.body.data);
        cursor = page.body.nextCursor;
      }
      return lines;
    },
    cutConnections: () =>
      onServer(
        server,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`,
      ),
    remove: async () => {
      await kill();
      await onServer(server, `drop database ${database} with (force)`);
    },
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } });
  await db.raw(sql).finally(() => db.destroy());
}

async function migrate(url: string): Promise<void> {
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } });
  try {
    await db.raw('create schema if not exists psp');
    await db.migrate.latest({
      migrationSource: migrationsOf('psp'),
      schemaName: 'psp',
      tableName: 'migrations',
    });
  } finally {
    await db.destroy();
  }
}
