import { lifecycle } from '../lifecycle';
import type { PaymentMeans } from '../payment/contract';
import type { StepView } from '../progress';

/** Seed 002. An order that was refused never was one: its row keeps a late taking from coming true. */
export const ORDER = lifecycle({
  table: 'food.orders',
  unfinished: ['ORDERED', 'PAID', 'DELIVERING'],
  acts: {
    take: { from: [null], to: 'ORDERED', tells: 'food.ordered' },
    pay: { from: ['ORDERED'], to: 'PAID', tells: 'food.paid' },
    startDelivery: { from: ['PAID'], to: 'DELIVERING', tells: 'food.delivering' },
    deliver: {
      from: ['DELIVERING'],
      to: 'DELIVERED',
      tells: 'food.delivered',
      refused: { DELIVERED: 'already-completed', CANCELLED: 'cancelled' },
    },
    cancel: {
      from: ['ORDERED', 'PAID', 'DELIVERING'],
      to: 'CANCELLED',
      tells: 'food.cancelled',
      refused: { DELIVERED: 'already-delivered', CANCELLED: 'already-cancelled' },
    },
    refuse: { from: [null], to: 'REFUSED' },
  },
});
export type OrderStatus = (typeof ORDER.statuses)[number];

/** What became of the money of an order. PENDING: nothing is charged, so far or for good. */
export const ORDER_PAYMENTS = ['PENDING', 'CAPTURED', 'DECLINED', 'REFUNDED', 'WRITTEN_OFF'] as const;
export type OrderPayment = (typeof ORDER_PAYMENTS)[number];

/** Why an order was cancelled. */
export const CANCEL_REASONS = [
  'payment-declined',
  'payment-too-late',
  'cancelled-by-customer',
  'cancelled-by-operator',
] as const;
export type CancelReason = (typeof CANCEL_REASONS)[number];

/** So many of one dish, at the price that it had. */
export interface OrderLine {
  menuId: string;
  name: string;
  /** Whole KRW, each. */
  price: number;
  quantity: number;
}

/** What orderFood is started with. The workflow's id is the order's id. */
export interface OrderFood {
  id: string;
  customer: string;
  lines: OrderLine[];
  /** Whole KRW. */
  totalPrice: number;
  address: string;
  payment: PaymentMeans;
  /** What the order is called until it is paid (F5). */
  statusText: string;
  /** The id that its delivery will have. */
  deliveryId: string;
  /** Epoch milliseconds; not taken by then, never taken. */
  answerBy: number;
}

/** What an order carries into a new run. */
export interface CarriedOrder {
  status: 'ORDERED' | 'PAID' | 'DELIVERING' | 'CANCELLED';
  isOffered: boolean;
  steps: StepView[];
  /** The run before was lost, whatever it was doing (P5). */
  lost?: boolean;
}

/** Names of the failures that a customer or a courier may meet; api/problems.ts gives each its answer. */
export type FoodFailure =
  | 'already-delivered'
  | 'already-cancelled'
  | 'already-completed'
  | 'cancelled'
  | 'refund-refused'
  | 'refund-unavailable'
  | 'conflict'
  | 'food-unavailable';
