import { Passes } from '../../activities/kickboard/passes';
import { KickboardReads } from '../../activities/kickboard/reads';
import { KickboardRepository } from '../../activities/kickboard/repository';
import type { Stocked } from '../deps';
import type { Api } from '../endpoint';
import { kickboardExplanations } from './explanation';
import { kickboardRoutes as fleetRoutes } from './kickboards';
import { passRoutes } from './passes';
import { rideRoutes } from './rides';
import { pageList } from '../page-list';
import { passView, PassView, rideView, RideView } from './views';

export { offers } from './examples';

/** What routes read and write of this domain. */
export const stores = ({ databases }: Stocked) => ({
  kickboard: new KickboardRepository(databases.kickboard),
  passes: new Passes(databases.kickboard),
  kickboardReads: new KickboardReads(databases.kickboard),
});

export const lists = [pageList('passes', PassView, passView), pageList('rides', RideView, rideView)];

/** Seed 000: kickboards, the passes that are bought for them, and rides. */
export function routes(api: Api): void {
  fleetRoutes(api);
  passRoutes(api);
  rideRoutes(api);
  kickboardExplanations(api);
}
