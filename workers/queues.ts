import type { Knex } from 'knex';
import { connect } from '../activities/database';
import type { Config, Service } from '../config';
import { manifestOf } from '../manifests/all';

interface Hands {
  activities: object;
  /** Whether workflows run here, or activities alone. */
  workflows: boolean;
  /** The service's database. */
  db: Knex;
  close: () => Promise<void>;
}

/** What runs on a service's task queue, wired to that service's own database. */
export async function workerPartsFor(service: Service, config: Config): Promise<Hands> {
  const { activities, recovery, stepsAlone } = manifestOf(service);
  const [{ activitiesOn }, lost] = await Promise.all([activities(), recovery?.()]);
  const db = connect(config.databases[service], config.databasePool, { name: `haru worker ${service}` });
  return {
    activities: { ...(await activitiesOn(db, config)), ...lost?.recoveryOn(db, config) },
    workflows: !stepsAlone,
    db,
    close: () => db.destroy(),
  };
}
