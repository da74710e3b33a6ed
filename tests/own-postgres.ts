import type { Knex } from 'knex';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../activities/database';
import { onFreePort } from '../engine/ports';
import { startPostgres } from '../engine/postgres';
import type { Schema } from '../migrations/all';
import { migrate } from '../migrations/migrate';

export interface OwnPostgres {
  db: Knex;
  stop: () => Promise<void>;
}

/**
 * One schema on a server of its own. A transaction that takes seconds holds up whoever reads events on the same
 * server, in other databases too: those of the other tests must not wait for it.
 */
export async function ownPostgres(schema: Schema): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'haru-postgres-'));
  const server = await onFreePort((port) => startPostgres({ dataDir: join(folder, 'postgres'), port }));
  await migrate(schema, server.url);
  const db = connect(server.url, 2);
  const stop = async () => {
    await db.destroy();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { db, stop };
}
