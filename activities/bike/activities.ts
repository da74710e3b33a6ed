import type { Knex } from 'knex';
import type { ClaimBike, ConvertPoints, RentBike, ReportBike } from '../../workflows/bike/contract';
import type { Back } from '../../workflows/hire';
import { Points } from './points';
import { Reports } from './reports';
import { BikeRepository } from './repository';

interface Deps {
  bike: BikeRepository;
  reports: Reports;
  points: Points;
}

/** The bike service's steps; each is a transition of its tables, which say what they throw. */
function createActivities({ bike, reports, points }: Deps) {
  return {
    claim: (rental: ClaimBike) => bike.claim(rental),
    refuseRental: (rental: RentBike, failure: string) => bike.refuse(rental, failure),
    takeBack: (id: string, back: Back) => bike.takeBack(id, back),
    owe: (customer: string, rentalId: string) => bike.owe(customer, rentalId),
    oweNoMore: (rentalId: string) => bike.oweNoMore(rentalId),
    applyReport: (report: ReportBike) => reports.apply(report),
    refuseReport: (report: ReportBike, failure: string) => reports.refuse(report, failure),
    takePoints: (order: ConvertPoints) => points.take(order),
    converted: (id: string) => points.converted(id),
    givePointsBack: (order: ConvertPoints, failure: string) => points.giveBack(order, failure),
  };
}

export type BikeActivities = ReturnType<typeof createActivities>;

/** What runs on the domain's task queue, on its own database. */
export const activitiesOn = (db: Knex) =>
  createActivities({ bike: new BikeRepository(db), reports: new Reports(db), points: new Points(db) });
