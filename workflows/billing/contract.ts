import { lifecycle } from '../lifecycle';

/** What a rental costs. Whole KRW. */
export interface Tariff {
  /** The first so many minutes cost … */
  firstMinutes: number;
  firstFee: number;
  /** … then each started so many minutes cost … */
  stepMinutes: number;
  stepFee: number;
  /** … and each 24 hours together at most. */
  dayAtMost: number;
}

/** The bill of a rental, which ends with the rental's workflow. */
export const BILL = lifecycle({
  table: 'billing.bills',
  workflow: 'rental_id',
  unfinished: ['OPEN', 'UNPAID'],
  acts: {
    open: { from: [null], to: 'OPEN', tells: 'billing.opened' },
    close: { from: ['OPEN', 'UNPAID'], to: 'CLOSED', tells: 'billing.closed' },
    leaveUnpaid: { from: ['OPEN'], to: 'UNPAID', tells: 'billing.unpaid' },
  },
});
/** PENDING: not opened yet, since billing may be down. */
export const BILL_STATUSES = ['PENDING', ...BILL.statuses] as const;
export type BillStatus = (typeof BILL_STATUSES)[number];

/** A bill to be opened, by the rental that it is for. */
export interface OpenBill {
  rentalId: string;
  customer: string;
  tariff: Tariff;
}

/** What a rental came to. */
export interface Assessed {
  /** Every started one. */
  minutes: number;
  /** Whole KRW. */
  fee: number;
}

/** A rental has one bill: its id follows from the rental's. */
export const billIdOf = (rentalId: string) => rentalId.replace(/^rnt_/, 'bil_');
