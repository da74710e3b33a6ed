import type { Knex } from 'knex';
import type { Config } from '../../config';
import { breaker } from '../breaker';
import { createActivities } from './activities';
import { Bills } from './bills';
import { Books } from './books';
import { CONVERSIONS, Credits, TOP_UPS } from './credits';
import { createNotices } from './notices';
import { Parking } from './parked';
import { NotProcessed, OutcomeUnknown } from './provider';
import { providerOf } from './provider-choice';
import { createReconciliation } from './reconciliation';
import { follow } from './recovery';
import { PaymentRepository } from './repository';
import { createSettlement } from './settlement';

/** What runs on the domain's task queue, on its own database and with the provider that is chosen. */
export const activitiesOn = async (db: Knex, config: Config) =>
  createActivities(await paymentDeps(db, config));

export async function paymentDeps(db: Knex, config: Config): Promise<Parameters<typeof createActivities>[0]> {
  const isTrouble = (error: Error) => error instanceof OutcomeUnknown || error instanceof NotProcessed;
  const payment = new PaymentRepository(db);
  const provider = await providerOf(config);
  const books = new Books(db);
  const settlement = createSettlement({ payment, provider, follow: (key) => follow(db, key) });
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
