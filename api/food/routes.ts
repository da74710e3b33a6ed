import type { Api } from '../endpoint';
import { menuRoutes } from './menus';
import { orderRoutes } from './orders';
import { purchaseRoutes } from './purchase';

/** Seed 002: menus, and orders from the purchase to the door. */
export function foodRoutes(api: Api): void {
  menuRoutes(api);
  purchaseRoutes(api);
  orderRoutes(api);
}
