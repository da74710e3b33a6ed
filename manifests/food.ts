import { WORDING } from '../activities/food/wording';
import { FOOD_PROBLEMS } from '../api/food/problems';
import { EVENTS } from '../activities/food/events';
import { orders } from '../views/orders';
import { ORDER } from '../workflows/food/contract';
import { recovering, type ServiceManifest } from './manifest';

export const food = {
  lifecycles: [ORDER],
  tables: { ord: 'food.orders' },
  events: EVENTS,
  wording: WORDING,
  problems: FOOD_PROBLEMS,
  views: [orders],
  laws: () => import('../invariants/food.js'),
  api: () => import('../api/food/routes.js'),
  activities: () => import('../activities/food/activities.js'),
  recovery: () => import('../activities/food/recovery.js'),
  schedules: [recovering('food')],
} satisfies ServiceManifest;
