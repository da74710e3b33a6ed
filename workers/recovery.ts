import type { Knex } from 'knex';
import { CONVERSIONS, rentalsBy } from '../activities/bike/recovery';
import { SEARCHES } from '../activities/delivery/recovery';
import { ORDERS } from '../activities/food/recovery';
import { PASSES, RIDES } from '../activities/kickboard/recovery';
import { BOOKINGS } from '../activities/movie/recovery';
import { createPaymentRecovery, PARKED } from '../activities/payment/recovery';
import { createRecovery, Recovery } from '../activities/recovery';
import type { Config, Service } from '../config';

/** Steps by which a service finds what has lost its workflow (P5). */
export function recoveryOf(service: Service, db: Knex, config: Pick<Config, 'recovery' | 'tariff'>): object {
  const { afterMs } = config.recovery;
  const recovery = new Recovery(db, afterMs);
  switch (service) {
    case 'movie':
      return createRecovery(db, recovery, {
        kinds: [BOOKINGS],
        sales: { table: 'movie.bookings', pending: ['PENDING'], over: ['CANCELLED', 'FAILED'] },
      });
    case 'kickboard':
      return createRecovery(db, recovery, {
        kinds: [PASSES, RIDES],
        sales: { table: 'kickboard.passes', pending: ['READY_FOR_PAY'], over: ['FAILED'] },
      });
    case 'bike':
      return createRecovery(db, recovery, { kinds: [rentalsBy(config.tariff), CONVERSIONS] });
    case 'food':
      return createRecovery(db, recovery, {
        kinds: [ORDERS],
        sales: { table: 'food.orders', pending: ['ORDERED'], over: ['CANCELLED', 'REFUSED'] },
      });
    case 'delivery':
      return createRecovery(db, recovery, { kinds: [SEARCHES] });
    case 'payment':
      return {
        ...createRecovery(db, recovery, {
          kinds: [PARKED],
          sales: { table: 'payment.top_ups', pending: [], over: ['FAILED'] },
        }),
        ...createPaymentRecovery(db, recovery, afterMs),
      };
    case 'boxoffice':
    case 'billing':
      return {};
  }
}
