import type { Api } from '../endpoint';
import { courierRoutes } from './couriers';
import { deliveryRoutes as completionRoutes } from './deliveries';

/** Seed 002: deliveries, and the couriers who bring them. */
export function deliveryRoutes(api: Api): void {
  completionRoutes(api);
  courierRoutes(api);
}
