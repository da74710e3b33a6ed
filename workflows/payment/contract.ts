import type { Service } from '../../config';
import { lifecycle } from '../lifecycle';

/** How a customer pays: by a card, as the provider's one-time token for it, or from their deposit. */
export type PaymentMeans = { method: 'card'; token: string } | { method: 'deposit' };

/** Whose account a charge goes to: a service's revenue, or what is topped up and not yet credited. */
export type Income = `revenue:${Service}` | 'top-ups';

/** A charge for one business object. Its key is `<for>/charge`: at most one capture per object (P2). */
export interface Charge {
  /** Id of the booking, order … that is paid for. */
  for: string;
  customer: string;
  /** Whole KRW, at least 1. */
  amount: number;
  by: PaymentMeans;
  income: Income;
  /** So long the provider may take, milliseconds, where that is less than elsewhere. */
  withinMs?: number;
  /** Epoch milliseconds; not sent to the provider by then, never sent. */
  answerBy: number;
}

export interface Captured {
  paymentId: string;
}

/** A refund of a charge, or of a part of it. Its key is `<of>/<step>`: at most once (P2). */
export interface Refund {
  /** Id of the business object whose charge it is. */
  of: string;
  /** Names this refund among those of the charge. */
  step: string;
  /** Whole KRW; the whole charge unless said. */
  amount?: number;
  /** Names this one try, so that it can be told no for good. */
  request: string;
}

export interface Refunded {
  /** Whole KRW. */
  amount: number;
}

/** What topUp is started with. The workflow's id is the top-up's id. */
export interface TopUp {
  id: string;
  customer: string;
  /** Whole KRW. */
  amount: number;
  payment: PaymentMeans;
  /** Epoch milliseconds; not credited by then, never credited. */
  answerBy: number;
}

/** A top-up is credited or has failed, whichever is written first. */
export const TOP_UP = lifecycle({
  table: 'payment.top_ups',
  unfinished: [],
  acts: {
    credit: { from: [null], to: 'CREDITED', tells: 'payment.topped-up' },
    refuse: { from: [null], to: 'FAILED', tells: 'payment.top-up-refused' },
  },
});
export type CreditStatus = (typeof TOP_UP.statuses)[number];
export type TopUpStatus = CreditStatus;

/** Points that become money in a deposit: 1 point is 1 KRW (B7). Its id is the conversion's. */
export interface Conversion {
  id: string;
  customer: string;
  /** Whole KRW. */
  amount: number;
  /** Epoch milliseconds; not credited by then, never credited. */
  answerBy: number;
}

/** Points in a deposit, as a top-up is: the conversion's own status is the bike service's. */
export const POINT_CREDIT = lifecycle({
  table: 'payment.conversions',
  unfinished: [],
  acts: {
    credit: { from: [null], to: 'CREDITED', tells: 'payment.points-credited' },
    refuse: { from: [null], to: 'FAILED', tells: 'payment.points-refused' },
  },
});

/** The bill of a rental, to be paid from the deposit (B3). */
export interface PayBill {
  rentalId: string;
  customer: string;
  /** Whole KRW. */
  fee: number;
}

/** What an operator can do about money that is stuck (P4). */
export const ACTIONS = ['retry', 'settle', 'write-off'] as const;
export type Action = (typeof ACTIONS)[number];

/** The refund with which a customer cancels. */
export const CANCEL_REFUND = 'refund';

/** An operator's decision. */
export interface Decision {
  /** What is stuck: the key of its row in the operators' list. */
  about: string;
  action: Action;
  reason: string;
  /** Who decided. */
  by: string;
  /** Names this one decision: carried out once. */
  key: string;
  /** Epoch milliseconds; not taken up by then, never done. */
  answerBy: number;
}

/** What became of money that had to go back: settled by hand it is refunded too, by other means. */
export type MoneyBack = 'REFUNDED' | 'WRITTEN_OFF';

/** What the provider has told of by its own id there: how that stands is asked. */
export interface Notice {
  of: 'refund' | 'dispute';
  id: string;
}

const UNDO_OF = '/undo of ';
/** Under which the undo of a saga's step is parked, and the step that it names. */
export const undoKey = (workflowId: string, step: string) => `${workflowId}${UNDO_OF}${step}`;
export const stepOf = (key: string) => key.slice(key.indexOf(UNDO_OF) + UNDO_OF.length);

/** What may wait for an operator. */
export type ParkedKind =
  | 'UNDO'
  | 'LATE_CAPTURE'
  | 'LATE_REFUND'
  | 'REFUND_IN_DOUBT'
  | 'MISMATCH'
  | 'STEP'
  | 'REFUND_FAILED'
  | 'DISPUTE';

/** What is parked: kind, key (business id and step) and business id. */
interface ToClear {
  kind: ParkedKind;
  key: string;
  business_id: string;
}

/** The workflow that sees to what is parked where the saga that parked it does not run any more. */
export function clearing({ kind, key, business_id: id }: ToClear): { workflow: string; args: string[] } {
  switch (kind) {
    case 'UNDO':
    case 'LATE_CAPTURE':
      return { workflow: 'giveLateCaptureBack', args: [id] };
    case 'LATE_REFUND':
      return { workflow: 'followLateRefund', args: [id, key] };
    case 'REFUND_IN_DOUBT':
      return { workflow: 'settleLostRefund', args: [id, key.slice(id.length + 1)] };
    case 'MISMATCH':
      return { workflow: 'clearDifference', args: [key] };
    case 'STEP':
      return { workflow: 'closeUndo', args: [key] };
    case 'REFUND_FAILED':
      return { workflow: 'replaceFailedRefund', args: [id] };
    case 'DISPUTE':
      return { workflow: 'followDispute', args: [key, key.slice(key.lastIndexOf('/') + 1)] };
  }
}

/** Names of the failures that a customer may meet; api/problems.ts gives each its answer. */
export type PaymentFailure =
  | 'payment-declined'
  | 'payment-unavailable'
  | 'refund-refused'
  | 'refund-unavailable'
  | 'not-parked'
  | 'still-in-doubt'
  | 'refund-owed';

/** The refund was sent and its answer lost: only the provider knows (P3). Never seen by a customer. */
export const REFUND_UNKNOWN = 'refund-unknown';

/** The charge was closed for good before it was taken. Never seen by a customer. */
export const CHARGE_CLOSED = 'charge-closed';

/** It kept failing for its whole span: an operator has to look at it (P4). Never seen by a customer. */
export const NEEDS_OPERATOR = 'needs-operator';
