import { WORDING } from '../activities/billing/wording';
import { EVENTS } from '../activities/billing/events';
import { BILL } from '../workflows/billing/contract';
import type { ServiceManifest } from './manifest';

export const billing = {
  stepsAlone: true,
  lifecycles: [BILL],
  tables: {},
  events: EVENTS,
  wording: WORDING,
  problems: {},
  views: [],
  laws: () => import('../invariants/billing.js'),
  activities: () => import('../activities/billing/activities.js'),
} satisfies ServiceManifest;
