import { WORDING } from '../activities/payment/wording';
import { PAYMENT_PROBLEMS } from '../api/payment/problems';
import { EVENTS } from '../activities/payment/events';
import { deposits } from '../views/deposits';
import { POINT_CREDIT, TOP_UP } from '../workflows/payment/contract';
import { recovering, type ServiceManifest } from './manifest';

export const payment = {
  lifecycles: [POINT_CREDIT, TOP_UP],
  tables: { top: 'payment.top_ups' },
  events: EVENTS,
  wording: WORDING,
  problems: PAYMENT_PROBLEMS,
  views: [deposits],
  laws: () => import('../invariants/payment.js'),
  api: () => import('../api/payment/routes.js'),
  activities: () => import('../activities/payment/wiring.js'),
  recovery: () => import('../activities/payment/recovery.js'),
  schedules: [
    { id: 'reconcile', workflow: 'reconcile', every: ({ reconcileEveryMs }) => reconcileEveryMs },
    recovering('payment', 'recoverPayments'),
  ],
} satisfies ServiceManifest;
