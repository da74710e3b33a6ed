import type { Config } from '../config';
import { connect } from '../activities/database';
import { migrationsOf, type Schema } from './all';
import { migrateJobs } from './jobs';

/** Brings each domain's schema up to date, each by its own migrations in its own database. */
export async function migrateAll(config: Pick<Config, 'databases' | 'pspDatabase'>): Promise<void> {
  // One after the other: they may share a database, and extensions are its, not the schema's.
  const urls: Record<Schema, string> = { ...config.databases, psp: config.pspDatabase };
  for (const schema of Object.keys(urls) as Schema[]) await migrate(schema, urls[schema]);
  await migrateJobs(config.databases.notification);
}

/** Brings one schema up to date. */
export async function migrate(schema: Schema, url: string): Promise<void> {
  const db = connect(url, 2);
  try {
    await db.raw('CREATE SCHEMA IF NOT EXISTS ??', [schema]);
    await db.migrate.latest({
      migrationSource: migrationsOf(schema),
      schemaName: schema,
      tableName: 'migrations',
    });
  } finally {
    await db.destroy();
  }
}
