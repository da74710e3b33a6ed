import { ApplicationFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { CHARGE_CLOSED, type Captured } from '../payment/contract';
import { payment, paymentOnce, paymentUntilDone } from '../payment/steps';
import { neverBegan, refusalOf } from '../services';
import type { CancelReason } from './contract';
import type { Order } from './order';
import { chargedAgainAfter, PAID_WITHIN_MS } from './policy';

/**
 * Seed 002, F1: the order is charged as soon as payment answers. Each try asks under the same key, so there is one
 * charge however often it is asked for.
 * @throws ApplicationFailure the reason for which the order is, or is to be, cancelled
 */
export async function charged(order: Order): Promise<void> {
  order.payableUntil = Date.now() + PAID_WITHIN_MS;
  for (let tries = 1; order.status === 'ORDERED'; tries++) {
    const left = order.payableUntil - Date.now();
    if (left <= 0) throw failed('payment-too-late');
    if (tries > 1)
      await condition(() => order.status !== 'ORDERED', Math.min(chargedAgainAfter(tries - 1), left));
    await order.inTurn(() => tryOnce(order));
  }
  if (order.status === 'CANCELLED') throw failed(order.reason ?? 'cancelled-by-customer');
}

/** A try waits for payment to take it up, and is dropped when the time is up or the customer cancels before that. */
async function tryOnce(order: Order): Promise<void> {
  if (order.status !== 'ORDERED' || Date.now() >= order.payableUntil) return;
  const captured = await paidBy(order);
  if (captured) await order.paid(captured);
}

async function paidBy(order: Order): Promise<Captured | undefined> {
  const { payableUntil: answerBy } = order;
  const { id, customer, totalPrice: amount, payment: by } = order.wanted;
  const charge = { for: id, customer, amount, by, income: 'revenue:food' as const, answerBy };
  const scope = new CancellationScope({ cancellable: true, timeout: answerBy - Date.now() });
  order.trying = scope;
  try {
    return await scope.run(() => paymentOnce.pay(charge));
  } catch (error) {
    // It never began: what has begun is waited for.
    if (isCancellation(error)) return undefined;
    const because = refusalOf(error);
    if (because.type === 'payment-declined') throw because;
    // The customer had cancelled, and nobody could say then whether it would be closed.
    if (because.type === CHARGE_CLOSED) throw failed('cancelled-by-customer');
    order.isInDoubt = true;
    return undefined;
  } finally {
    order.trying = undefined;
  }
}

/**
 * A charge of which only the provider knows what became of it: taken, or closed for good.
 * @throws ApplicationFailure `refund-unavailable`: nobody can say now
 */
export async function findOut({ wanted: { id }, payableUntil }: Order): Promise<Captured | undefined> {
  try {
    return await payment.dropCharge(id);
  } catch (error) {
    const because = refusalOf(error);
    if (because.type !== 'payment-unavailable') throw because;
    if (neverBegan(because)) throw nobodyKnows();
  }
  // It may have been closed, and the answer lost: whoever knows is asked until they answer. Past the time to
  // pay the order is cancelled, and what may have been taken goes back.
  const scope = new CancellationScope({ cancellable: true, timeout: Math.max(payableUntil - Date.now(), 1) });
  try {
    return await scope.run(() => paymentUntilDone.dropCharge(id));
  } catch (error) {
    throw isCancellation(error) ? nobodyKnows() : refusalOf(error);
  }
}

const nobodyKnows = () => ApplicationFailure.nonRetryable('payment is down', 'refund-unavailable');

const failed = (reason: CancelReason) => ApplicationFailure.nonRetryable(reason, reason);
