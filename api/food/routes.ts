import { FoodReads } from '../../activities/food/reads';
import { FoodRepository } from '../../activities/food/repository';
import type { Stocked } from '../deps';
import type { Api } from '../endpoint';
import { orderExplanation } from './explanation';
import { menuRoutes } from './menus';
import { orderRoutes } from './orders';
import { purchaseRoutes } from './purchase';
import type { DeliveryStatus } from '../../workflows/delivery/contract';
import type { OrderRow } from '../../activities/food/reads';
import { pageList } from '../page-list';
import { orderView, OrderView } from './views';

export { offers } from './examples';

/** What routes read and write of this domain. */
export const stores = ({ databases }: Stocked) => ({
  food: new FoodRepository(databases.food),
  foodReads: new FoodReads(databases.food),
});

export const lists = [
  pageList('orders', OrderView, (order: OrderRow & { delivery: DeliveryStatus | null }, caller) =>
    orderView(order, order.delivery, caller),
  ),
];

/** Seed 002: menus, and orders from the purchase to the door. */
export function routes(api: Api): void {
  menuRoutes(api);
  purchaseRoutes(api);
  orderRoutes(api);
  orderExplanation(api);
}
