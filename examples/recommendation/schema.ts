import { join } from 'node:path';
import { connect } from '../../activities/database';

export const SCHEMA = 'recommendation';

/** Brings this service's own schema up to date, in whichever database it is. */
export async function migrate(url: string): Promise<void> {
  const db = connect(url, 2);
  try {
    await db.raw('CREATE SCHEMA IF NOT EXISTS ??', [SCHEMA]);
    await db.migrate.latest({
      directory: join(__dirname, 'migrations'),
      schemaName: SCHEMA,
      tableName: 'migrations',
      loadExtensions: ['.ts'],
    });
  } finally {
    await db.destroy();
  }
}
