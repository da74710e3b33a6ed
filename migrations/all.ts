import * as api001 from './api/001_idempotency';
import * as api002 from './api/002_joined';
import * as bike001 from './bike/001_rentals';
import * as bike002 from './bike/002_era';
import * as bike003 from './bike/003_lists';
import * as billing001 from './billing/001_bills';
import * as billing002 from './billing/002_era';
import * as boxoffice001 from './boxoffice/001_tickets';
import * as boxoffice002 from './boxoffice/002_events';
import * as boxoffice003 from './boxoffice/003_waiting';
import * as boxoffice004 from './boxoffice/004_era';
import * as course001 from './course/001_courses';
import * as course002 from './course/002_era';
import * as delivery001 from './delivery/001_deliveries';
import * as delivery002 from './delivery/002_era';
import * as food001 from './food/001_orders';
import * as food002 from './food/002_era';
import * as food003 from './food/003_lists';
import * as kickboard001 from './kickboard/001_rides';
import * as kickboard002 from './kickboard/002_era';
import * as kickboard003 from './kickboard/003_lists';
import * as movie001 from './movie/001_bookings';
import * as movie002 from './movie/002_events';
import * as movie003 from './movie/003_era';
import * as movie004 from './movie/004_lists';
import * as notification001 from './notification/001_messages';
import * as notification002 from './notification/002_deliveries';
import * as notification003 from './notification/003_heartbeats';
import * as payment001 from './payment/001_charges';
import * as payment002 from './payment/002_ledger';
import * as payment003 from './payment/003_parked';
import * as payment004 from './payment/004_statement';
import * as payment005 from './payment/005_events';
import * as payment006 from './payment/006_bills';
import * as payment007 from './payment/007_tries';
import * as payment008 from './payment/008_era';
import * as psp001 from './psp/001_provider';
import * as relay001 from './relay/001_checkpoints';
import * as views001 from './views/001_pages';
import * as views002 from './views/002_vehicles';
import * as views003 from './views/003_orders';
import * as views004 from './views/004_movement';
import * as views005 from './views/005_heartbeats';
import * as views006 from './views/006_told_to_listeners';
import type { Knex } from 'knex';
import type { Config } from '../config';
import { Listed } from './listed';

export type Schema = keyof Config['databases'] | 'psp';

const MIGRATIONS: Record<Schema, Record<string, Knex.Migration>> = {
  api: { '001_idempotency.ts': api001, '002_joined.ts': api002 },
  bike: { '001_rentals.ts': bike001, '002_era.ts': bike002, '003_lists.ts': bike003 },
  billing: { '001_bills.ts': billing001, '002_era.ts': billing002 },
  boxoffice: {
    '001_tickets.ts': boxoffice001,
    '002_events.ts': boxoffice002,
    '003_waiting.ts': boxoffice003,
    '004_era.ts': boxoffice004,
  },
  course: { '001_courses.ts': course001, '002_era.ts': course002 },
  delivery: { '001_deliveries.ts': delivery001, '002_era.ts': delivery002 },
  food: { '001_orders.ts': food001, '002_era.ts': food002, '003_lists.ts': food003 },
  kickboard: { '001_rides.ts': kickboard001, '002_era.ts': kickboard002, '003_lists.ts': kickboard003 },
  movie: {
    '001_bookings.ts': movie001,
    '002_events.ts': movie002,
    '003_era.ts': movie003,
    '004_lists.ts': movie004,
  },
  notification: {
    '001_messages.ts': notification001,
    '002_deliveries.ts': notification002,
    '003_heartbeats.ts': notification003,
  },
  payment: {
    '001_charges.ts': payment001,
    '002_ledger.ts': payment002,
    '003_parked.ts': payment003,
    '004_statement.ts': payment004,
    '005_events.ts': payment005,
    '006_bills.ts': payment006,
    '007_tries.ts': payment007,
    '008_era.ts': payment008,
  },
  psp: { '001_provider.ts': psp001 },
  relay: { '001_checkpoints.ts': relay001 },
  views: {
    '001_pages.ts': views001,
    '002_vehicles.ts': views002,
    '003_orders.ts': views003,
    '004_movement.ts': views004,
    '005_heartbeats.ts': views005,
    '006_told_to_listeners.ts': views006,
  },
};

/** @returns one schema's migrations */
export const migrationsOf = (schema: Schema): Listed => new Listed(MIGRATIONS[schema]);
