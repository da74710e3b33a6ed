import type { Knex } from 'knex';
import { activitiesOn as bike } from '../activities/bike/activities';
import { activitiesOn as billing } from '../activities/billing/activities';
import { activitiesOn as boxoffice } from '../activities/boxoffice/activities';
import { breaker } from '../activities/breaker';
import { connect } from '../activities/database';
import { activitiesOn as delivery } from '../activities/delivery/activities';
import { activitiesOn as food } from '../activities/food/activities';
import { activitiesOn as kickboard } from '../activities/kickboard/activities';
import { activitiesOn as movie } from '../activities/movie/activities';
import { createActivities as paymentActivities } from '../activities/payment/activities';
import { Bills } from '../activities/payment/bills';
import { Books } from '../activities/payment/books';
import { CONVERSIONS, Credits, TOP_UPS } from '../activities/payment/credits';
import { createNotices } from '../activities/payment/notices';
import { Parking } from '../activities/payment/parked';
import { NotProcessed, OutcomeUnknown } from '../activities/payment/provider';
import { providerOf } from '../activities/payment/provider-choice';
import { createReconciliation } from '../activities/payment/reconciliation';
import { PaymentRepository } from '../activities/payment/repository';
import { createSettlement } from '../activities/payment/settlement';
import type { Config, Service } from '../config';

/** The one list of what runs on which queue. */
const ACTIVITIES: Record<Service, (db: Knex, config: Config) => object | Promise<object>> = {
  movie,
  boxoffice,
  payment: async (db, config) => paymentActivities(await paymentDeps(db, config)),
  kickboard,
  bike,
  billing,
  food,
  delivery,
};
/** Flows of others ask these; they have none. */
const ACTIVITIES_ALONE: ReadonlySet<Service> = new Set(['boxoffice', 'billing']);

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
  const db = connect(config.databases[service], config.databasePool, { name: `haru worker ${service}` });
  return {
    activities: await ACTIVITIES[service](db, config),
    workflows: !ACTIVITIES_ALONE.has(service),
    db,
    close: () => db.destroy(),
  };
}

export async function paymentDeps(
  db: Knex,
  config: Config,
): Promise<Parameters<typeof paymentActivities>[0]> {
  const isTrouble = (error: Error) => error instanceof OutcomeUnknown || error instanceof NotProcessed;
  const payment = new PaymentRepository(db);
  const provider = await providerOf(config);
  const books = new Books(db);
  const settlement = createSettlement({ payment, provider });
  const parking = new Parking(db, payment, books, config.operatorAfterMs);
  return {
    payment,
    topUps: new Credits(db, TOP_UPS),
    conversions: new Credits(db, CONVERSIONS),
    bills: new Bills(db),
    provider,
    settlement,
    parking,
    reconciliation: createReconciliation({ books, payment, provider }),
    notices: createNotices({ payment, provider, parking }),
    breaker: breaker(config.breaker, isTrouble),
  };
}
