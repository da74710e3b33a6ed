import type { Config } from '../config';
import { connect, NO_LIMITS } from '../activities/database';
import { migrationsOf, type Schema } from './all';
import { beginEra } from './era';
import { migrateJobs } from './jobs';

/**
 * Brings each domain's schema up to date, each by its own migrations in its own database.
 * @param say what was found besides, in a line
 */
export async function migrateAll(
  config: Pick<Config, 'databases' | 'pspDatabase'>,
  say: (line: string) => void = () => undefined,
): Promise<void> {
  // One after the other: they may share a database, and extensions are its, not the schema's.
  const urls: Record<Schema, string> = { ...config.databases, psp: config.pspDatabase };
  const moved: Schema[] = [];
  for (const schema of Object.keys(urls) as Schema[])
    if (await migrate(schema, urls[schema])) moved.push(schema);
  if (moved.length > 0)
    say(`From another PostgreSQL cluster: ${moved.join(', ')}. Their events go on in a new era.`);
  await migrateJobs(config.databases.notification);
}

/** Brings one schema up to date. @returns whether its events were numbered by another cluster so far */
async function migrate(schema: Schema, url: string): Promise<boolean> {
  const db = connect(url, 2, { ...NO_LIMITS, name: 'haru migrations' });
  try {
    await db.raw('CREATE SCHEMA IF NOT EXISTS ??', [schema]);
    // Before them, for a migration may tell of what there is; after them, for one may have brought eras.
    const before = await beginEra(db, schema);
    await db.migrate.latest({
      migrationSource: migrationsOf(schema),
      schemaName: schema,
      tableName: 'migrations',
    });
    return (await beginEra(db, schema)) || before;
  } finally {
    await db.destroy();
  }
}
