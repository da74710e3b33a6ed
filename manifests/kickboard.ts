import { WORDING } from '../activities/kickboard/wording';
import { KICKBOARD_PROBLEMS } from '../api/kickboard/problems';
import { EVENTS } from '../activities/kickboard/events';
import { passes } from '../views/passes';
import { rides } from '../views/rides';
import { PASS, RIDE } from '../workflows/kickboard/contract';
import { recovering, type ServiceManifest } from './manifest';

export const kickboard = {
  lifecycles: [PASS, RIDE],
  tables: { pas: 'kickboard.passes', rid: 'kickboard.rides' },
  events: EVENTS,
  wording: WORDING,
  problems: KICKBOARD_PROBLEMS,
  views: [passes, rides],
  laws: () => import('../invariants/kickboard.js'),
  api: () => import('../api/kickboard/routes.js'),
  activities: () => import('../activities/kickboard/activities.js'),
  recovery: () => import('../activities/kickboard/recovery.js'),
  schedules: [recovering('kickboard')],
} satisfies ServiceManifest;
