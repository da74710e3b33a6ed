import { Logger, runMigrations } from 'graphile-worker';

const SILENT = new Logger(() => () => undefined);

/** The tables of the job queue that deliveries wait in: its library's own, in a schema of their own. */
export const migrateJobs = (url: string): Promise<void> =>
  runMigrations({ connectionString: url, schema: 'notification_jobs', logger: SILENT });
