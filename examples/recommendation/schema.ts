import { join } from 'node:path';
import { connect, NO_LIMITS } from '../../activities/database';
import { SqlFiles } from '../../migrations/sql-files';
import { ROOT } from '../../root';

export const SCHEMA = 'recommendation';

/** Brings this service's own schema up to date, in whichever database it is. */
export async function migrate(url: string): Promise<void> {
  const db = connect(url, 2, { ...NO_LIMITS, name: SCHEMA });
  try {
    await db.raw('CREATE SCHEMA IF NOT EXISTS ??', [SCHEMA]);
    await db.migrate.latest({
      migrationSource: new SqlFiles(join(ROOT, 'examples', SCHEMA, 'migrations'), SCHEMA),
      schemaName: SCHEMA,
      tableName: 'migrations',
    });
  } finally {
    await db.destroy();
  }
}
