import { EVENTS } from '../activities/boxoffice/events';
import { TICKET } from '../workflows/boxoffice/contract';
import type { ServiceManifest } from './manifest';

export const boxoffice = {
  stepsAlone: true,
  lifecycles: [TICKET],
  tables: {},
  events: EVENTS,
  wording: {},
  problems: {},
  views: [],
  activities: () => import('../activities/boxoffice/activities.js'),
} satisfies ServiceManifest;
