import { Logger, runMigrations } from 'graphile-worker';
import type { Knex } from 'knex';
import { asUserOf, connect, NO_LIMITS } from '../activities/database';
import type { Config } from '../config';
import { letWork, letWorkLater, userOf } from './roles';
import { migrationsOf } from './sql-files';

const JOBS = 'notification_jobs';

/**
 * Brings each domain's schema up to date, each by its own migrations in its own database, as the owner where one is named;
 * the databases' own users then work with what they do not own.
 * @param say what was found besides, in a line
 */
export async function migrateAll(
  config: Pick<Config, 'databases' | 'pspDatabase' | 'databaseOwner'>,
  say: (line: string) => void = () => undefined,
): Promise<void> {
  // One after the other: they may share a database, and extensions are its, not the schema's.
  const urls = { ...config.databases, psp: config.pspDatabase };
  const owner = config.databaseOwner;
  const worker = (url: string) =>
    owner !== undefined && userOf(url) !== userOf(owner) ? userOf(url) : undefined;
  const moved: string[] = [];
  for (const [schema, url] of Object.entries(urls))
    if (await migrate(schema, asUserOf(url, owner), worker(url))) moved.push(schema);
  if (moved.length > 0)
    say(`From another PostgreSQL cluster: ${moved.join(', ')}. Their events go on in a new era.`);
  await runMigrations({
    connectionString: asUserOf(config.databases.notification, owner),
    schema: JOBS,
    logger: new Logger(() => () => undefined),
  });
  const role = worker(config.databases.notification);
  if (role !== undefined)
    await inDatabase(asUserOf(config.databases.notification, owner), (db) => letWork(db, JOBS, role));
}

/**
 * Brings one schema up to date.
 * @param worker role that works with it and owns nothing
 * @returns whether its events were numbered by another cluster so far
 */
async function migrate(schema: string, url: string, worker: string | undefined): Promise<boolean> {
  return inDatabase(url, async (db) => {
    await db.raw('CREATE SCHEMA IF NOT EXISTS ??', [schema]);
    // Before them, for a migration may tell of what there is; after them, for one may have brought eras.
    const before = await beginEra(db, schema);
    await db.migrate.latest({
      migrationSource: migrationsOf(schema),
      schemaName: schema,
      tableName: 'migrations',
    });
    const after = await beginEra(db, schema);
    if (worker !== undefined) {
      await letWorkLater(db, worker);
      await letWork(db, schema, worker);
    }
    return after || before;
  });
}

async function inDatabase<T>(url: string, work: (db: Knex) => Promise<T>): Promise<T> {
  const db = connect(url, 2, { ...NO_LIMITS, name: 'haru migrations' });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/**
 * Begins the era of this cluster where the data come from another one. One statement: until it has committed nothing
 * can be told or read here, and of two at once the second finds it done.
 * @returns whether it has; not where nothing is told
 */
export async function beginEra(db: Knex, schema: string): Promise<boolean> {
  if (!(await db.schema.withSchema(schema).hasTable('era'))) return false;
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `UPDATE :schema:.era e SET number = number + 1, system_identifier = c.system_identifier
     FROM pg_control_system() c WHERE e.system_identifier <> c.system_identifier`,
    { schema },
  );
  return rowCount > 0;
}
