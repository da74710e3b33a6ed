import { join } from 'node:path';
import type { Config } from '../config';
import { connect } from '../activities/database';
import { migrateJobs } from './jobs';

/** Brings each domain's schema up to date, each by its own migrations in its own database. */
export async function migrateAll(config: Pick<Config, 'databases' | 'pspDatabase'>): Promise<void> {
  // One after the other: they may share a database, and extensions are its, not the schema's.
  for (const [domain, url] of Object.entries({ ...config.databases, psp: config.pspDatabase }))
    await migrate(domain, url);
  await migrateJobs(config.databases.notification);
}

/** Brings one schema up to date. */
export async function migrate(domain: string, url: string): Promise<void> {
  const db = connect(url, 2);
  try {
    await db.raw('CREATE SCHEMA IF NOT EXISTS ??', [domain]);
    await db.migrate.latest({
      directory: join(__dirname, domain),
      schemaName: domain,
      tableName: 'migrations',
      loadExtensions: ['.ts'],
    });
  } finally {
    await db.destroy();
  }
}
