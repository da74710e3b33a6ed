import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../activities/database';
import { config, configFrom } from '../config';
import { compile } from '../engine/compile.mjs';
import { onFreePort } from '../engine/ports';
import { createDatabases, type PostgresServer, startPostgres } from '../engine/postgres';
import { say } from '../engine/progress';
import { resolveTemporal, startTemporal } from '../engine/temporal';
import { resolveTimeSkipping } from '../tools/time-skipping';
import { migrateAll } from '../migrations/migrate';
import { ROOT } from '../root';
import { workflowBundle } from '../workers/bundle';
import { SCRIPTS } from './scripts';

/** No test cuts the power: a disk that is slow would only make them late. Statements are counted. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.max': '20000',
};
/** More than there are stacks in all tests: each has a namespace of its own on the one Temporal server. */
const NAMESPACES = Array.from({ length: 150 }, (_, i) => `haru-test-${i + 1}`);

declare global {
  var stopServers: (() => Promise<void>) | undefined;
}

/** What the test files share: a PostgreSQL for each of Jest's workers, Temporal, the workflows' bundle. */
export default async function setUp({ maxWorkers }: { maxWorkers: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'haru-test-'));
  const binary = await resolveTemporal({ cache: config.cache, say });
  process.env.TEST_TIME_SKIPPING_SERVER = await resolveTimeSkipping({ cache: config.cache, say });
  const [temporal, ...databases] = await Promise.all([
    onFreePort((port) => startTemporal({ binary, port, namespaces: NAMESPACES })),
    ...Array.from({ length: maxWorkers }, (_, i) =>
      onFreePort((port) =>
        startPostgres({ dataDir: join(folder, `postgres-${i + 1}`), port, settings: SETTINGS }),
      ),
    ),
  ]);
  globalThis.stopServers = async () => {
    await Promise.all([temporal, ...databases].map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const servers = await Promise.all(databases.map((server, i) => prepare(server, i + 1, maxWorkers)));

  compile(ROOT, SCRIPTS);
  process.env.TEST_HOME = join(ROOT, '.haru', 'test');
  await workflowBundle(process.env.TEST_HOME);
  process.env.TEST_POSTGRES_URLS = servers.map(({ url }) => url).join(' ');
  process.env.TEST_POSTGRES_APP_URLS = servers.map(({ appUrl }) => appUrl).join(' ');
  process.env.TEST_TEMPORAL_ADDRESS = temporal.address;
}

/** Makes the templates of the stacks' databases. @returns the URLs of the database `postgres` */
async function prepare(
  { url, appUrl }: PostgresServer,
  first: number,
  step: number,
): Promise<Pick<PostgresServer, 'url' | 'appUrl'>> {
  const [server, app] = [url, appUrl].map((url) => url.replace(/\/haru$/, ''));
  await createDatabases(url, ['haru_template', 'haru_psp_template', 'postgres']);
  await migrateAll({
    databases: configFrom({ DATABASE_URL: `${app}/haru_template` }).databases,
    pspDatabase: `${app}/haru_psp_template`,
    databaseOwner: url,
  });
  const db = connect(`${server}/postgres`, 1);
  await db.raw('CREATE SEQUENCE test_databases');
  // No two workers take the same one.
  await db.raw(`CREATE SEQUENCE test_namespaces START ${first} INCREMENT ${step}`);
  await db.raw('CREATE EXTENSION pg_stat_statements');
  await db.destroy();
  return { url: `${server}/postgres`, appUrl: `${app}/postgres` };
}
