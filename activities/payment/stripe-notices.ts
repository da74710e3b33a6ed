import Stripe from 'stripe';
import type { Dispute, RefundNow } from './provider';
import { cameToNothing, idOf } from './stripe-statement';

/** @throws what the library throws */
export async function refundNow(stripe: Stripe, id: string): Promise<RefundNow | undefined> {
  const refund = await unlessMissing(stripe.refunds.retrieve(id));
  const key = refund?.metadata?.haru_key;
  const chargeId = refund && idOf(refund.payment_intent);
  if (!refund || key === undefined || chargeId === undefined || refund.currency !== 'krw') return undefined;
  const { amount, status } = refund;
  const state = status === 'succeeded' ? 'DONE' : cameToNothing(status) ? 'FAILED' : 'PENDING';
  return { key, chargeId, amount, state };
}

/** @throws what the library throws */
export async function disputeNow(stripe: Stripe, id: string): Promise<Dispute | undefined> {
  const dispute = await unlessMissing(stripe.disputes.retrieve(id, { expand: ['payment_intent'] }));
  const intent = dispute?.payment_intent;
  if (!dispute || typeof intent !== 'object' || intent === null) return undefined;
  const key = intent.metadata.haru_key;
  if (key === undefined || dispute.currency !== 'krw') return undefined;
  return { key, chargeId: intent.id, amount: dispute.amount, state: stateOf(dispute.status) };
}

/** An inquiry is open as well: it moves no money so far, and wants an answer (docs.stripe.com/disputes/how-disputes-work). */
function stateOf(status: Stripe.Dispute.Status): Dispute['state'] {
  if (status === 'lost') return 'LOST';
  return ['won', 'warning_closed', 'prevented'].includes(status) ? 'WON' : 'OPEN';
}

async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const { StripeInvalidRequestError } = Stripe.errors;
    if (error instanceof StripeInvalidRequestError && error.code === 'resource_missing') return undefined;
    throw error;
  }
}
