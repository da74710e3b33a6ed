import Stripe from 'stripe';
import type { Notice } from '../../workflows/payment/contract';

export type PaymentEvent = Extract<
  Stripe.Event,
  { type: `payment_intent.${string}` | `refund.${string}` | `charge.dispute.${string}` }
>;

/** Not from Stripe, or not from just now: to be answered with 400. */
export class WebhookRefused extends Error {}

/**
 * What a webhook says (docs.stripe.com/webhooks/signature): signed by Stripe within the last five minutes.
 * @param payload the body byte by byte as it came
 * @param signature the header Stripe-Signature
 * @param secret the endpoint's, whsec_…
 * @returns undefined for an event that is none of ours: answer 200, do nothing
 * @throws WebhookRefused
 */
export function verifyWebhook(
  payload: string | Buffer,
  signature: string | undefined,
  secret: string,
): PaymentEvent | undefined {
  try {
    const event = Stripe.webhooks.constructEvent(payload, signature ?? '', secret);
    return isOurs(event) ? event : undefined;
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
    throw new WebhookRefused(error.message.split('\n')[0], { cause: error });
  }
}

const isOurs = (event: Stripe.Event): event is PaymentEvent =>
  /^(payment_intent|refund|charge\.dispute)\./.test(event.type);

/** What is to be asked about. @returns undefined for a charge: sagas and the reconciliation ask about those themselves */
export function noticeOf({ data }: PaymentEvent): Notice | undefined {
  const { object, id } = data.object;
  return object === 'refund' || object === 'dispute' ? { of: object, id } : undefined;
}
