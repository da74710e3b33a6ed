import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../activities/database';
import { config, configFrom } from '../config';
import { compile } from '../engine/compile.mjs';
import { onFreePort } from '../engine/ports';
import { createDatabases, startPostgres } from '../engine/postgres';
import { say } from '../engine/progress';
import { resolveTemporal, startTemporal } from '../engine/temporal';
import { resolveTimeSkipping } from '../engine/time-skipping';
import { migrateAll } from '../migrations/migrate';
import { ROOT } from '../root';
import { workflowBundle } from '../workers/bundle';
import { SCRIPTS } from './scripts';

/** More than there are systems in all tests: each has a namespace of its own on the one Temporal server. */
const NAMESPACES = Array.from({ length: 150 }, (_, i) => `haru-test-${i + 1}`);

declare global {
  var standDown: (() => Promise<void>) | undefined;
}

/** What every test file shares: PostgreSQL with a migrated template database, Temporal, the workflows' bundle. */
export default async function stand(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'haru-test-'));
  const binary = await resolveTemporal({ cache: config.cache, say });
  process.env.TEST_TIME_SKIPPING_SERVER = await resolveTimeSkipping({ cache: config.cache, say });
  const [postgres, temporal] = await Promise.all([
    onFreePort((port) => startPostgres({ dataDir: join(folder, 'postgres'), port })),
    onFreePort((port) => startTemporal({ binary, port, namespaces: NAMESPACES })),
  ]);
  globalThis.standDown = async () => {
    await Promise.all([temporal.stop(), postgres.stop()]);
    await rm(folder, { recursive: true, force: true });
  };

  const server = postgres.url.replace(/\/haru$/, '');
  await createDatabases(`${server}/haru`, ['haru_template', 'haru_psp_template', 'postgres']);
  const template = `${server}/haru_template`;
  await migrateAll({
    databases: configFrom({ DATABASE_URL: template }).databases,
    pspDatabase: `${server}/haru_psp_template`,
  });
  const db = connect(`${server}/postgres`, 1);
  await db.raw('CREATE SEQUENCE test_systems');
  // No test cuts the power: a disk that is slow to flush would only make them late.
  await db.raw('ALTER SYSTEM SET fsync = off');
  await db.raw('SELECT pg_reload_conf()');
  await db.destroy();

  compile(ROOT, SCRIPTS);
  process.env.TEST_HOME = join(ROOT, '.haru', 'test');
  await workflowBundle(process.env.TEST_HOME);
  process.env.TEST_POSTGRES_URL = `${server}/postgres`;
  process.env.TEST_TEMPORAL_ADDRESS = temporal.address;
}
