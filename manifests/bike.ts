import { WORDING } from '../activities/bike/wording';
import { BIKE_PROBLEMS } from '../api/bike/problems';
import { EVENTS } from '../activities/bike/events';
import { rentals } from '../views/rentals';
import { CONVERSION, RENTAL, REPORT } from '../workflows/bike/contract';
import { recovering, type ServiceManifest } from './manifest';

export const bike = {
  lifecycles: [CONVERSION, RENTAL, REPORT],
  tables: { rnt: 'bike.rentals', rpt: 'bike.reports', cnv: 'bike.conversions' },
  events: EVENTS,
  wording: WORDING,
  problems: BIKE_PROBLEMS,
  views: [rentals],
  laws: () => import('../invariants/bike.js'),
  api: () => import('../api/bike/routes.js'),
  activities: () => import('../activities/bike/activities.js'),
  recovery: () => import('../activities/bike/recovery.js'),
  schedules: [recovering('bike')],
} satisfies ServiceManifest;
