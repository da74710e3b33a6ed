import type { Knex } from 'knex';
import { CONVERSIONS, rentalsBy } from '../activities/bike/recovery';
import { SEARCHES } from '../activities/delivery/recovery';
import { ORDERS } from '../activities/food/recovery';
import { PASSES, RIDES } from '../activities/kickboard/recovery';
import { BOOKINGS } from '../activities/movie/recovery';
import { createPaymentRecovery, PARKED } from '../activities/payment/recovery';
import { createRecovery, Recovery, sales } from '../activities/recovery';
import type { Config, Service } from '../config';
import { ORDER } from '../workflows/food/contract';
import { PASS } from '../workflows/kickboard/contract';
import { BOOKING } from '../workflows/movie/contract';
import { TOP_UP } from '../workflows/payment/contract';

/** Steps by which a service finds what has lost its workflow (P5). */
export function recoveryOf(service: Service, db: Knex, config: Pick<Config, 'recovery' | 'tariff'>): object {
  const { afterMs } = config.recovery;
  const recovery = new Recovery(db, afterMs);
  switch (service) {
    case 'movie':
      return createRecovery(db, recovery, {
        kinds: [BOOKINGS],
        sold: sales({ of: BOOKING, pending: ['PENDING'], over: ['CANCELLED', 'FAILED'] }),
      });
    case 'kickboard':
      return createRecovery(db, recovery, {
        kinds: [PASSES, RIDES],
        sold: sales({ of: PASS, pending: ['READY_FOR_PAY'], over: ['FAILED'] }),
      });
    case 'bike':
      return createRecovery(db, recovery, { kinds: [rentalsBy(config.tariff), CONVERSIONS] });
    case 'food':
      return createRecovery(db, recovery, {
        kinds: [ORDERS],
        sold: sales({ of: ORDER, pending: ['ORDERED'], over: ['CANCELLED', 'REFUSED'] }),
      });
    case 'delivery':
      return createRecovery(db, recovery, { kinds: [SEARCHES] });
    case 'payment':
      return {
        ...createRecovery(db, recovery, {
          kinds: [PARKED],
          sold: sales({ of: TOP_UP, pending: [], over: ['FAILED'] }),
        }),
        ...createPaymentRecovery(db, recovery, afterMs),
      };
    case 'boxoffice':
    case 'billing':
      return {};
  }
}
