import type { Knex } from 'knex';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabases, startPostgres } from '../../engine/postgres';
import { runTool } from '../../tools/programs';
import { freePort } from '../free-port';
import { resolvePostgresTools } from './postgres-tools';

/** Another PostgreSQL, whose transactions are numbered anew. */
export interface SecondCluster {
  /** Makes a database there of what the options of pg_dump choose. @returns its URL */
  take: (from: string, name: string, options?: readonly string[]) => Promise<string>;
  stop: () => Promise<void>;
}

export async function startSecondCluster(): Promise<SecondCluster> {
  const tools = await resolvePostgresTools();
  const folder = await mkdtemp(join(tmpdir(), 'haru-restore-'));
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), port: await freePort() });
  return {
    take: async (from, name, options = []) => {
      await createDatabases(server.url, [name]);
      const to = server.url.replace(/haru$/, name);
      const dump = join(folder, `${name}.dump`);
      await runTool(join(tools, 'pg_dump'), ['--format=custom', `--file=${dump}`, ...options, from]);
      await runTool(join(tools, 'pg_restore'), ['--exit-on-error', `--dbname=${to}`, dump]);
      return to;
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Lets the cluster of a database be far ahead of a new one. */
export async function makeTransactions(db: Knex): Promise<void> {
  await db.raw(`
    DO $$ BEGIN
      FOR n IN 1..100000 LOOP
        PERFORM pg_current_xact_id();
        COMMIT;
      END LOOP;
    END $$`);
}
