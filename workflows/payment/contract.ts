/** How a customer pays: a card, by the provider's one-time token for it. */
export interface PaymentMeans {
  method: 'card';
  token: string;
}

/** A charge for one business object. Its key is `<for>/charge`: at most one capture per object (P2). */
export interface Charge {
  /** Id of the booking, order … that is paid for. */
  for: string;
  customer: string;
  /** Whole KRW, at least 1. */
  amount: number;
  by: PaymentMeans;
  /** Epoch milliseconds; not sent to the provider by then, never sent. */
  answerBy: number;
}

export interface Captured {
  paymentId: string;
}

export interface Refunded {
  /** Whole KRW. */
  amount: number;
}

/** Names of the failures that a customer may meet; api/problems.ts gives each its answer. */
export type PaymentFailure =
  'payment-declined' | 'payment-unavailable' | 'refund-refused' | 'refund-unavailable';

/** The refund was sent and its answer lost: only the provider knows (P3). Never seen by a customer. */
export const REFUND_UNKNOWN = 'refund-unknown';
