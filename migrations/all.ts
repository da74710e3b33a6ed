import * as api001 from './api/001_idempotency';
import * as api002 from './api/002_joined';
import * as bike001 from './bike/001_rentals';
import * as bike002 from './bike/002_lists';
import * as billing001 from './billing/001_bills';
import * as boxoffice001 from './boxoffice/001_tickets';
import * as boxoffice002 from './boxoffice/002_events';
import * as boxoffice003 from './boxoffice/003_waiting';
import * as course001 from './course/001_courses';
import * as delivery001 from './delivery/001_deliveries';
import * as food001 from './food/001_orders';
import * as food002 from './food/002_lists';
import * as kickboard001 from './kickboard/001_rides';
import * as kickboard002 from './kickboard/002_lists';
import * as movie001 from './movie/001_bookings';
import * as movie002 from './movie/002_events';
import * as movie003 from './movie/003_lists';
import * as notification001 from './notification/001_messages';
import * as notification002 from './notification/002_deliveries';
import * as payment001 from './payment/001_charges';
import * as payment002 from './payment/002_ledger';
import * as payment003 from './payment/003_parked';
import * as payment004 from './payment/004_statement';
import * as payment005 from './payment/005_events';
import * as payment006 from './payment/006_bills';
import * as payment007 from './payment/007_tries';
import * as psp001 from './psp/001_provider';
import * as relay001 from './relay/001_checkpoints';
import * as views001 from './views/001_pages';
import * as views002 from './views/002_vehicles';
import * as views003 from './views/003_orders';
import * as views004 from './views/004_movement';
import type { Knex } from 'knex';
import type { Config } from '../config';
import { Listed } from './listed';

export type Schema = keyof Config['databases'] | 'psp';

const MIGRATIONS: Record<Schema, Record<string, Knex.Migration>> = {
  api: { '001_idempotency.ts': api001, '002_joined.ts': api002 },
  bike: { '001_rentals.ts': bike001, '002_lists.ts': bike002 },
  billing: { '001_bills.ts': billing001 },
  boxoffice: {
    '001_tickets.ts': boxoffice001,
    '002_events.ts': boxoffice002,
    '003_waiting.ts': boxoffice003,
  },
  course: { '001_courses.ts': course001 },
  delivery: { '001_deliveries.ts': delivery001 },
  food: { '001_orders.ts': food001, '002_lists.ts': food002 },
  kickboard: { '001_rides.ts': kickboard001, '002_lists.ts': kickboard002 },
  movie: { '001_bookings.ts': movie001, '002_events.ts': movie002, '003_lists.ts': movie003 },
  notification: { '001_messages.ts': notification001, '002_deliveries.ts': notification002 },
  payment: {
    '001_charges.ts': payment001,
    '002_ledger.ts': payment002,
    '003_parked.ts': payment003,
    '004_statement.ts': payment004,
    '005_events.ts': payment005,
    '006_bills.ts': payment006,
    '007_tries.ts': payment007,
  },
  psp: { '001_provider.ts': psp001 },
  relay: { '001_checkpoints.ts': relay001 },
  views: {
    '001_pages.ts': views001,
    '002_vehicles.ts': views002,
    '003_orders.ts': views003,
    '004_movement.ts': views004,
  },
};

/** @returns one schema's migrations */
export const migrationsOf = (schema: Schema): Listed => new Listed(MIGRATIONS[schema]);
