import type { Tariff } from '../billing/contract';
import { lifecycle } from '../lifecycle';

/** Seed 004: 사용가능, 사용중, 불량. */
export const BIKE_STATUSES = ['AVAILABLE', 'IN_USE', 'BROKEN'] as const;
export type BikeStatus = (typeof BIKE_STATUSES)[number];

/** A rental that was refused never was one: its row keeps a late claim from coming true. */
export const RENTAL = lifecycle({
  table: 'bike.rentals',
  unfinished: ['RENTED'],
  acts: {
    claim: { from: [null], to: 'RENTED', tells: 'bike.rented' },
    takeBack: {
      from: ['RENTED'],
      to: 'RETURNED',
      tells: 'bike.returned',
      refused: { RETURNED: 'already-returned' },
    },
    refuse: { from: [null], to: 'REFUSED' },
  },
});
export type RentalStatus = (typeof RENTAL.statuses)[number];

/** What rentBike is started with. The workflow's id is the rental's id. */
export interface RentBike {
  id: string;
  customer: string;
  bikeId: string;
  /** As it was when the customer rented: later changes are for later rentals. */
  tariff: Tariff;
  /** How many bikes a customer may have (B1); any number where an older API sent none. */
  atOnce?: number;
  /** Epoch milliseconds; not claimed by then, never claimed. */
  answerBy: number;
}

/** What a rental that is back carries into a new run, where the run before was lost (P5). Epoch milliseconds. */
export interface CarriedRental {
  startedAt: number;
  endedAt: number;
}

/** A rental to be claimed. */
export interface ClaimBike extends RentBike {
  /** Epoch milliseconds. */
  startedAt: number;
}

/** What reportBike is started with. The workflow's id is the report's id. */
export interface ReportBike {
  id: string;
  manager: string;
  bikeId: string;
  /** Percent. */
  batteryLevel: number;
  usable: boolean;
  note?: string;
  /** What it earns, unless the manager has earned so much today that it would be more than `pointsPerDay`. */
  points: number;
  /** In a day of Seoul (B6); any number where an older API sent none. */
  pointsPerDay?: number;
  /** Epoch milliseconds; not applied by then, never applied. */
  answerBy: number;
}

export const REPORT = lifecycle({
  table: 'bike.reports',
  unfinished: [],
  acts: {
    apply: { from: [null], to: 'APPLIED', tells: 'bike.reported' },
    refuse: { from: [null], to: 'REFUSED' },
  },
});
export type ReportStatus = (typeof REPORT.statuses)[number];

/** What convertPoints is started with. The workflow's id is the conversion's id. */
export interface ConvertPoints {
  id: string;
  manager: string;
  points: number;
  /** Epoch milliseconds; not credited by then, never credited. */
  answerBy: number;
}

/** Points are taken, then credited as money or given back; REFUSED took none. */
export const CONVERSION = lifecycle({
  table: 'bike.conversions',
  unfinished: ['TAKEN'],
  acts: {
    take: { from: [null], to: 'TAKEN', tells: 'bike.points-taken' },
    convert: { from: ['TAKEN'], to: 'CONVERTED', tells: 'bike.points-converted' },
    giveBack: { from: ['TAKEN'], to: 'GIVEN_BACK', tells: 'bike.points-given-back' },
    refuse: { from: [null], to: 'REFUSED' },
  },
});
export type ConversionStatus = (typeof CONVERSION.statuses)[number];

/** Names of the failures that a caller may meet; api/problems.ts gives each its answer. */
export type BikeFailure =
  | 'bike-unavailable'
  | 'too-many-bikes'
  | 'unpaid-bill'
  | 'already-returned'
  | 'not-registered'
  | 'not-enough-points'
  | 'conflict'
  | 'bike-unavailable-now';
