/** The payment provider, as the payment service needs it. Amounts are whole KRW. */
export interface PaymentProvider {
  /**
   * Captures at most once a key, however often it is asked.
   * @throws Declined, NotProcessed, OutcomeUnknown
   */
  charge(order: { key: string; amount: number; token: string }): Promise<{ chargeId: string }>;
  /**
   * Refunds at most once a key, never above the charge.
   * @throws RefundRefused, NotProcessed, OutcomeUnknown
   */
  refund(order: { key: string; chargeId: string; amount: number }): Promise<void>;
  /**
   * What the provider knows of a charge; undefined when the key never reached it.
   * @throws NotProcessed, OutcomeUnknown when it can't be asked now
   */
  find(order: { key: string; amount: number }): Promise<ProviderCharge | undefined>;
}

export interface ProviderCharge {
  chargeId: string;
  state: 'PROCESSING' | 'CAPTURED' | 'DECLINED';
  refundKeys: string[];
}

/** The card was declined: nothing was captured, and the same charge will not be. */
export class Declined extends Error {}

/** The provider says no to a refund: the money stays where it is. */
export class RefundRefused extends Error {}

/** It certainly did not happen: no connection, or the provider said that it did not process it. */
export class NotProcessed extends Error {}

/** It may have happened: time-out, lost answer, 5xx (P3). */
export class OutcomeUnknown extends Error {}
