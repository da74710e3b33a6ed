import { BoxofficeRepository } from '../activities/boxoffice/repository';
import { createActivities as boxofficeActivities } from '../activities/boxoffice/activities';
import { breaker } from '../activities/breaker';
import { connect } from '../activities/database';
import { createActivities as movieActivities } from '../activities/movie/activities';
import { MovieRepository } from '../activities/movie/repository';
import { createActivities as paymentActivities } from '../activities/payment/activities';
import { Parking } from '../activities/payment/parked';
import { NotProcessed, OutcomeUnknown, type PaymentProvider } from '../activities/payment/provider';
import { simulatorProvider } from '../activities/payment/provider-simulator';
import { stripeProvider } from '../activities/payment/provider-stripe';
import { PaymentRepository } from '../activities/payment/repository';
import { createSettlement } from '../activities/payment/settlement';
import { TopUps } from '../activities/payment/top-ups';
import type { Config, Service } from '../config';

interface Hands {
  activities: object;
  /** Whether workflows run here, or activities alone. */
  workflows: boolean;
  close: () => Promise<void>;
}

/** What runs on a service's task queue, wired to that service's own database. */
export function handsOf(service: Service, config: Config): Hands {
  const db = connect(config.databases[service], config.databasePool);
  const close = () => db.destroy();
  switch (service) {
    case 'movie':
      return { activities: movieActivities({ movie: new MovieRepository(db) }), workflows: true, close };
    case 'boxoffice':
      return {
        activities: boxofficeActivities({ boxoffice: new BoxofficeRepository(db) }),
        workflows: false,
        close,
      };
    case 'payment': {
      const isTrouble = (error: Error) => error instanceof OutcomeUnknown || error instanceof NotProcessed;
      const payment = new PaymentRepository(db);
      const provider = providerOf(config);
      const deps = {
        payment,
        topUps: new TopUps(db),
        provider,
        settlement: createSettlement({ payment, provider }),
        parking: new Parking(db, payment, config.operatorAfterMs),
        breaker: breaker(config.breaker, isTrouble),
      };
      return { activities: paymentActivities(deps), workflows: true, close };
    }
  }
}

/** The one that PAYMENT_PROVIDER names. */
function providerOf({ stripe, provider: { url, limitMs } }: Config): PaymentProvider {
  return stripe ? stripeProvider({ ...stripe, limitMs }) : simulatorProvider(url, limitMs);
}
