import type { Api } from '../endpoint';
import { depositRoutes } from './deposits';
import { parkedRoutes } from './parked';
import { stripeEventRoute } from './stripe-events';
import { topUpRoutes } from './top-ups';

/** Seed 004, B5: deposits. P4: what operators decide about money that is stuck. */
export function paymentRoutes(api: Api): void {
  topUpRoutes(api);
  depositRoutes(api);
  parkedRoutes(api);
  stripeEventRoute(api);
}
