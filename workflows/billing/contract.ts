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

/** PENDING: not opened yet, since billing may be down. */
export const BILL_STATUSES = ['PENDING', 'OPEN', 'CLOSED', 'UNPAID'] as const;
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
