import { randomUUID } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import knex from 'knex';
import { Client } from 'pg';
import { ask } from '../../engine/http';
import { freePort } from '../../engine/ports';
import { startPostgres } from '../../engine/postgres';
import { launchScript } from '../../engine/scripts';
import { until } from '../../engine/wait';
import { migrationsOf } from '../../migrations/sql-files';
import { load } from '../load';
import { Meter } from '../meter';
import type { Scratch } from './checkout';
import { type Order, TABLES } from './steps';
import type { Turn } from './variant';

const STATEMENTS_COUNTED = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.max': '10000',
};
const PROVIDER_WITHIN_MS = 20_000;

/** How a variant books. */
export interface Booker {
  /** Resolves when the seat is sold. @throws Error when it is not */
  book: (order: Order) => Promise<void>;
  historyEvents?: (bookingId: string) => Promise<number>;
  stop: () => Promise<void>;
}

/** Where a variant finds what all but Haru share. */
export interface Place {
  databaseUrl: string;
  providerUrl: string;
  /** A folder of its own, empty. */
  folder: string;
}

/** PostgreSQL as `npm start` has it and the provider simulator, without Haru: anew for each turn, on the same empty tables. */
export class Shop {
  private turns = 0;

  private constructor(private readonly folder: string) {}

  static async prepared(scratch: Scratch): Promise<Shop> {
    const folder = scratch.folder('shop');
    execFileSync('mkdir', ['-p', folder]);
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: await freePort() });
    const { url } = postgres;
    await onDatabase(url, TABLES);
    const psp = knex({ client: 'pg', connection: pspOf(url) });
    await psp.raw('CREATE SCHEMA IF NOT EXISTS psp');
    await psp.migrate.latest({
      migrationSource: migrationsOf('psp'),
      schemaName: 'psp',
      tableName: 'migrations',
    });
    await psp.destroy();
    await postgres.stop();
    return new Shop(folder);
  }

  /** @param open begins the variant in its place */
  async start(open: (place: Place) => Promise<Booker>): Promise<Turn> {
    const folder = join(this.folder, String(++this.turns));
    execFileSync('mkdir', ['-p', folder]);
    for (const name of ['postgres', 'postgres.url', 'postgres.app.url'])
      // With its owner: as root PostgreSQL's folder belongs to somebody else.
      execFileSync('cp', ['-a', join(this.folder, name), join(folder, name)]);
    const dataDir = join(folder, 'postgres');
    const postgres = await startPostgres({ dataDir, port: await freePort(), settings: STATEMENTS_COUNTED });
    const { url } = postgres;
    const provider = await startProvider(pspOf(url));
    const booker = await open({ databaseUrl: url, providerUrl: provider.url, folder });
    // The variant's client, or all of it, is in this process.
    const meter = await Meter.open(url, process.pid);
    let latest = '';
    return {
      load: (customers, extent) => {
        const act = async () => {
          const id = `bkg-${randomUUID()}`;
          await booker.book({ id, seat: id, amount: 10_000 });
          latest = id;
          return 201;
        };
        return load(
          Array.from({ length: customers }, () => act),
          extent,
        );
      },
      read: () => meter.read(),
      historyEvents: () => booker.historyEvents?.(latest) ?? Promise.resolve(0),
      stop: async () => {
        await booker.stop();
        await meter.close();
        await provider.stop();
        await postgres.stop();
      },
    };
  }
}

async function startProvider(database: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const running = await launchScript('psp/main.ts', [], {
    name: 'psp',
    env: { PATH: process.env.PATH, LOG_LEVEL: 'error', PSP_PORT: String(port), PSP_DATABASE_URL: database },
  });
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    ask(`${url}/healthz`).then(
      ({ status }) => status === 200,
      () => false,
    );
  if (!(await until(answers, { withinMs: PROVIDER_WITHIN_MS, everyMs: 50 })))
    throw new Error(`The provider simulator did not start:\n${running.tail()}`);
  return { url, stop: () => running.stop() };
}

async function onDatabase(url: string, sql: string): Promise<void> {
  const db = new Client({ connectionString: url });
  await db.connect();
  await db.query(sql).finally(() => db.end());
}

const pspOf = (url: string) => url.replace(/haru$/, 'haru_psp');
