import type { PaymentMeans } from '../payment/contract';

export const KICKBOARD_STATUSES = ['REGISTERED', 'RENTED', 'RETURNED', 'MISSING'] as const;
export type KickboardStatus = (typeof KICKBOARD_STATUSES)[number];

/** Seed 000: bought, paid, no ride left; FAILED was never paid. */
export const PASS_STATUSES = ['READY_FOR_PAY', 'AVAILABLE', 'USED', 'FAILED'] as const;
export type PassStatus = (typeof PASS_STATUSES)[number];

/** A ride that was refused never was one: it is a mark that keeps a late claim from coming true. */
export const RIDE_STATUSES = ['RENTED', 'RETURNED', 'REFUSED'] as const;
export type RideStatus = (typeof RIDE_STATUSES)[number];

/** What buyPass is started with. The workflow's id is the pass's id. */
export interface BuyPass {
  id: string;
  customer: string;
  /** Name of the type, such as "1". */
  type: string;
  /** Whole KRW. */
  price: number;
  /** How many rides it is good for. */
  rides: number;
  payment: PaymentMeans;
  /** Epoch milliseconds; not paid by then, never a pass. */
  answerBy: number;
}

/** What rideKickboard is started with. The workflow's id is the ride's id. */
export interface RideKickboard {
  id: string;
  customer: string;
  kickboardId: string;
  passId: string;
  minutes: number;
  /** Epoch milliseconds; not claimed by then, never claimed. */
  answerBy: number;
}

/** A ride to be claimed. Epoch milliseconds. */
export interface ClaimRide extends RideKickboard {
  startedAt: number;
  dueAt: number;
}

/** Names of the failures that a customer may meet; api/problems.ts gives each its answer. */
export type KickboardFailure =
  | 'kickboard-unavailable'
  | 'pass-not-available'
  | 'already-returned'
  | 'conflict'
  | 'kickboard-unavailable-now';
