import { Points } from '../../activities/bike/points';
import { BikeReads } from '../../activities/bike/reads';
import { Reports } from '../../activities/bike/reports';
import { BikeRepository } from '../../activities/bike/repository';
import { Stations } from '../../activities/bike/stations';
import type { Stocked } from '../deps';
import type { Api } from '../endpoint';
import { rentalExplanation } from './explanation';
import { bikeRoutes as fleetRoutes } from './bikes';
import { managerRoutes } from './managers';
import { rentalRoutes } from './rentals';
import { stationRoutes } from './stations';
import type { BillRow } from '../../views/rentals';
import type { RentalRow } from '../../activities/bike/reads';
import { pageList } from '../page-list';
import { rentalView, RentalView } from './views';

export { offers } from './examples';

/** What routes read and write of this domain. */
export const stores = ({ databases }: Stocked) => ({
  bike: new BikeRepository(databases.bike),
  reports: new Reports(databases.bike),
  points: new Points(databases.bike),
  bikeReads: new BikeReads(databases.bike),
  stations: new Stations(databases.bike),
});

export const lists = [
  pageList('rentals', RentalView, (row: RentalRow & BillRow, caller) => rentalView(row, row, caller)),
];

/** Seed 004: bikes, rentals with their bills, and the managers who look after bikes. */
export function routes(api: Api): void {
  fleetRoutes(api);
  stationRoutes(api);
  rentalRoutes(api);
  managerRoutes(api);
  rentalExplanation(api);
}
