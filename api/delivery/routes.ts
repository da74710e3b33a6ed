import { DeliveryReads } from '../../activities/delivery/reads';
import { DeliveryRepository } from '../../activities/delivery/repository';
import type { Stocked } from '../deps';
import type { Api } from '../endpoint';
import { courierRoutes } from './couriers';
import { deliveryRoutes as completionRoutes } from './deliveries';

export { offers } from './examples';

/** What routes read and write of this domain. */
export const stores = ({ databases }: Stocked) => ({
  deliveries: new DeliveryRepository(databases.delivery),
  deliveryReads: new DeliveryReads(databases.delivery),
});

/** Seed 002: deliveries, and the couriers who bring them. */
export function routes(api: Api): void {
  completionRoutes(api);
  courierRoutes(api);
}
