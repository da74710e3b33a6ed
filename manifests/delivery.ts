import { WORDING } from '../activities/delivery/wording';
import { DELIVERY_PROBLEMS } from '../api/delivery/problems';
import { EVENTS } from '../activities/delivery/events';
import { deliveries } from '../views/deliveries';
import { DELIVERY } from '../workflows/delivery/contract';
import { recovering, type ServiceManifest } from './manifest';

export const delivery = {
  lifecycles: [DELIVERY],
  tables: {},
  events: EVENTS,
  wording: WORDING,
  problems: DELIVERY_PROBLEMS,
  views: [deliveries],
  laws: () => import('../invariants/delivery.js'),
  api: () => import('../api/delivery/routes.js'),
  activities: () => import('../activities/delivery/activities.js'),
  recovery: () => import('../activities/delivery/recovery.js'),
  schedules: [recovering('delivery')],
} satisfies ServiceManifest;
