import type { Api } from '../endpoint';
import { bikeRoutes as fleetRoutes } from './bikes';
import { managerRoutes } from './managers';
import { rentalRoutes } from './rentals';

/** Seed 004: bikes, rentals with their bills, and the managers who look after bikes. */
export function bikeRoutes(api: Api): void {
  fleetRoutes(api);
  rentalRoutes(api);
  managerRoutes(api);
}
