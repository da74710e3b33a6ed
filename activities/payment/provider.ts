/** The payment provider, as the payment service needs it. Amounts are whole KRW. */
export interface PaymentProvider {
  /**
   * Captures at most once a key, however often it is asked.
   * @throws Declined, NotProcessed, OutcomeUnknown
   */
  charge(order: ChargeOrder): Promise<{ chargeId: string }>;
  /**
   * Refunds at most once a key, never above the charge. One that is under way there is of unknown outcome.
   * @throws RefundRefused, NotProcessed, OutcomeUnknown
   */
  refund(order: { key: string; chargeId: string; amount: number }): Promise<void>;
  /**
   * What the provider knows of a charge; undefined when the key never reached it.
   * @param order as it was charged: its whole amount
   * @throws NotProcessed, OutcomeUnknown when it can't be asked now
   */
  find(order: { key: string; amount: number }): Promise<ProviderCharge | undefined>;
  /**
   * The provider's books, oldest first, from `cursor` on (null: from their beginning).
   * @returns lines, some of them perhaps again; the cursor to go on with, now or later; whether more is there by now
   * @throws NotProcessed, OutcomeUnknown when they can't be read now
   */
  statement(cursor: string | null): Promise<StatementPage>;
  /**
   * How a refund stands by now, by the provider's own id.
   * @returns undefined for one that it does not know, or that was not made by us
   * @throws NotProcessed, OutcomeUnknown when it can't be asked now
   */
  refundById(id: string): Promise<RefundNow | undefined>;
  /**
   * How a dispute stands by now: a customer's bank takes a charge back.
   * @returns undefined for one that it does not know, or that is about no charge of ours
   * @throws NotProcessed, OutcomeUnknown when it can't be asked now
   */
  dispute(id: string): Promise<Dispute | undefined>;
}

interface ChargeOrder {
  key: string;
  amount: number;
  token: string;
  /** Milliseconds; where less than the provider's own limit is wanted. */
  withinMs?: number | undefined;
}

export interface ProviderCharge {
  chargeId: string;
  state: 'PROCESSING' | 'CAPTURED' | 'DECLINED';
  refunds: ProviderRefund[];
}

/** A refund that the provider has on record. */
export interface ProviderRefund {
  key: string;
  state: 'PENDING' | 'DONE';
}

export interface RefundNow {
  key: string;
  chargeId: string;
  /** Whole KRW. */
  amount: number;
  /** FAILED: it came to nothing, perhaps days after it was done, and the money is back with the provider. */
  state: 'PENDING' | 'DONE' | 'FAILED';
}

export interface Dispute {
  /** Of the charge. */
  key: string;
  chargeId: string;
  /** Whole KRW. */
  amount: number;
  /** WON: what the bank took, if anything, is back. */
  state: 'OPEN' | 'WON' | 'LOST';
}

/** One movement in the provider's books; a kind and key together come once. */
export interface StatementLine {
  kind: 'capture' | 'refund';
  key: string;
  amount: number;
  chargeId: string;
  at: Date;
}

export interface StatementPage {
  lines: StatementLine[];
  cursor: string | null;
  more: boolean;
}

/** For one page of the books: nobody waits for it. */
export const STATEMENT_LIMIT_MS = 10_000;

/** The card was declined: nothing was captured, and the same charge will not be. */
export class Declined extends Error {}

/** The provider says no to a refund: the money stays where it is. */
export class RefundRefused extends Error {}

/** It certainly did not happen: no connection, or the provider said that it did not process it. */
export class NotProcessed extends Error {}

/** It may have happened: time-out, lost answer, 5xx (P3). */
export class OutcomeUnknown extends Error {}
