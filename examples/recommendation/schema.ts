import { connect, NO_LIMITS } from '../../activities/database';
import { Listed } from '../../migrations/listed';
import * as interest from './migrations/001_interest';
import * as heartbeats from './migrations/002_heartbeats';

export const SCHEMA = 'recommendation';

/** Brings this service's own schema up to date, in whichever database it is. */
export async function migrate(url: string): Promise<void> {
  const db = connect(url, 2, { ...NO_LIMITS, name: SCHEMA });
  try {
    await db.raw('CREATE SCHEMA IF NOT EXISTS ??', [SCHEMA]);
    await db.migrate.latest({
      migrationSource: new Listed({ '001_interest.ts': interest, '002_heartbeats.ts': heartbeats }),
      schemaName: SCHEMA,
      tableName: 'migrations',
    });
  } finally {
    await db.destroy();
  }
}
