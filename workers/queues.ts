import type { Knex } from 'knex';
import { createActivities as bikeActivities } from '../activities/bike/activities';
import { Points } from '../activities/bike/points';
import { Reports } from '../activities/bike/reports';
import { BikeRepository } from '../activities/bike/repository';
import { createActivities as billingActivities } from '../activities/billing/activities';
import { BillingRepository } from '../activities/billing/repository';
import { BoxofficeRepository } from '../activities/boxoffice/repository';
import { createActivities as boxofficeActivities } from '../activities/boxoffice/activities';
import { breaker } from '../activities/breaker';
import { connect } from '../activities/database';
import { createActivities as deliveryActivities } from '../activities/delivery/activities';
import { DeliveryRepository } from '../activities/delivery/repository';
import { createActivities as foodActivities } from '../activities/food/activities';
import { FoodRepository } from '../activities/food/repository';
import { createActivities as kickboardActivities } from '../activities/kickboard/activities';
import { Passes } from '../activities/kickboard/passes';
import { KickboardRepository } from '../activities/kickboard/repository';
import { createActivities as movieActivities } from '../activities/movie/activities';
import { MovieRepository } from '../activities/movie/repository';
import { createActivities as paymentActivities } from '../activities/payment/activities';
import { Bills } from '../activities/payment/bills';
import { Books } from '../activities/payment/books';
import { CONVERSIONS, Credits, TOP_UPS } from '../activities/payment/credits';
import { Parking } from '../activities/payment/parked';
import { NotProcessed, OutcomeUnknown } from '../activities/payment/provider';
import { providerOf } from '../activities/payment/provider-choice';
import { createReconciliation } from '../activities/payment/reconciliation';
import { PaymentRepository } from '../activities/payment/repository';
import { createSettlement } from '../activities/payment/settlement';
import type { Config, Service } from '../config';

interface Hands {
  activities: object;
  /** Whether workflows run here, or activities alone. */
  workflows: boolean;
  /** The service's database. */
  db: Knex;
  close: () => Promise<void>;
}

/** What runs on a service's task queue, wired to that service's own database. */
export function workerPartsFor(service: Service, config: Config): Hands {
  const db = connect(config.databases[service], config.databasePool, { name: `haru worker ${service}` });
  return { ...stepsOf(service, db, config), db, close: () => db.destroy() };
}

function stepsOf(service: Service, db: Knex, config: Config): Pick<Hands, 'activities' | 'workflows'> {
  switch (service) {
    case 'movie':
      return { activities: movieActivities({ movie: new MovieRepository(db) }), workflows: true };
    case 'boxoffice':
      return {
        activities: boxofficeActivities({ boxoffice: new BoxofficeRepository(db) }),
        workflows: false,
      };
    case 'kickboard':
      return {
        activities: kickboardActivities({ kickboard: new KickboardRepository(db), passes: new Passes(db) }),
        workflows: true,
      };
    case 'bike':
      return {
        activities: bikeActivities({
          bike: new BikeRepository(db),
          reports: new Reports(db),
          points: new Points(db),
        }),
        workflows: true,
      };
    case 'billing':
      return {
        activities: billingActivities({ billing: new BillingRepository(db) }),
        workflows: false,
      };
    case 'food':
      return { activities: foodActivities({ food: new FoodRepository(db) }), workflows: true };
    case 'delivery':
      return {
        activities: deliveryActivities({ deliveries: new DeliveryRepository(db) }),
        workflows: true,
      };
    case 'payment':
      return { activities: paymentActivities(paymentDeps(db, config)), workflows: true };
  }
}

export function paymentDeps(db: Knex, config: Config): Parameters<typeof paymentActivities>[0] {
  const isTrouble = (error: Error) => error instanceof OutcomeUnknown || error instanceof NotProcessed;
  const payment = new PaymentRepository(db);
  const provider = providerOf(config);
  const books = new Books(db);
  const settlement = createSettlement({ payment, provider });
  return {
    payment,
    topUps: new Credits(db, TOP_UPS),
    conversions: new Credits(db, CONVERSIONS),
    bills: new Bills(db),
    provider,
    settlement,
    parking: new Parking(db, payment, books, config.operatorAfterMs),
    reconciliation: createReconciliation({ books, payment, provider }),
    breaker: breaker(config.breaker, isTrouble),
  };
}
