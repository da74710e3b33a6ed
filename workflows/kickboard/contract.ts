import { lifecycle } from '../lifecycle';
import type { PaymentMeans } from '../payment/contract';

export const KICKBOARD_STATUSES = ['REGISTERED', 'RENTED', 'RETURNED', 'MISSING'] as const;
export type KickboardStatus = (typeof KICKBOARD_STATUSES)[number];

/** Seed 000: bought, paid, no ride left; FAILED was never paid. */
export const PASS = lifecycle({
  table: 'kickboard.passes',
  unfinished: ['READY_FOR_PAY'],
  acts: {
    open: { from: [null], to: 'READY_FOR_PAY', tells: 'kickboard.pass-opened' },
    confirm: { from: ['READY_FOR_PAY'], to: 'AVAILABLE', tells: 'kickboard.pass-bought' },
    // By its last ride; those before tell the same.
    useUp: { from: ['AVAILABLE'], to: 'USED', tells: 'kickboard.pass-used' },
    refuse: { from: [null, 'READY_FOR_PAY'], to: 'FAILED', tells: 'kickboard.pass-refused' },
  },
});
export type PassStatus = (typeof PASS.statuses)[number];

/** A ride that was refused never was one: its row keeps a late claim from coming true. */
export const RIDE = lifecycle({
  table: 'kickboard.rides',
  unfinished: ['RENTED'],
  acts: {
    claim: { from: [null], to: 'RENTED', tells: 'kickboard.rented' },
    takeBack: {
      from: ['RENTED'],
      to: 'RETURNED',
      tells: 'kickboard.returned',
      refused: { RETURNED: 'already-returned' },
    },
    refuse: { from: [null], to: 'REFUSED' },
  },
});
export type RideStatus = (typeof RIDE.statuses)[number];

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
