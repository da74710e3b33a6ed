import type { Api } from '../endpoint';
import { kickboardRoutes as fleetRoutes } from './kickboards';
import { passRoutes } from './passes';
import { rideRoutes } from './rides';

/** Seed 000: kickboards, the passes that are bought for them, and rides. */
export function kickboardRoutes(api: Api): void {
  fleetRoutes(api);
  passRoutes(api);
  rideRoutes(api);
}
