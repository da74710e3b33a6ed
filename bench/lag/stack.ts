import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configFrom, LISTENERS } from '../../config';
import { freePort } from '../../engine/ports';
import { startPostgres } from '../../engine/postgres';
import { launchScript } from '../../engine/scripts';
import { migrateAll } from '../../migrations/migrate';

export interface BenchStack {
  /** The database with all schemas. */
  url: string;
  stop: () => Promise<void>;
}

/** A PostgreSQL of its own with all schemas, and the one process that follows the events, as npm start has it. */
export async function startStack(): Promise<BenchStack> {
  const folder = mkdtempSync(join(tmpdir(), 'haru-bench-'));
  const tidy = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  process.once('exit', tidy);
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: await freePort() });
  const { url } = postgres;
  const pspDatabase = url.replace(/haru$/, 'haru_psp');
  await migrateAll({
    databases: configFrom({ DATABASE_URL: url }).databases,
    pspDatabase,
    databaseOwner: undefined,
  });
  const relay = await launchScript('workers/main.ts', LISTENERS, {
    name: 'relay',
    env: { PATH: process.env.PATH ?? '', LOG_LEVEL: 'warn', DATABASE_URL: url },
    onLine: (line) => process.stderr.write(`[relay] ${line}\n`),
  });
  return {
    url,
    stop: async () => {
      await relay.stop();
      await postgres.stop();
    },
  };
}
