import express, { type RequestHandler } from 'express';
import type { Notice } from '../../workflows/payment/contract';
import type { Deps } from '../deps';
import type { Api } from '../endpoint';
import { BODY_LIMIT } from '../middleware/json-body';
import { Problem } from '../problems';

const PATH = '/v1/provider/stripe/events';

/** The signature is of the bytes as they came. */
const readBytes: RequestHandler = express.raw({ limit: BODY_LIMIT, type: () => true });

/**
 * Where Stripe tells of what has happened there (docs.stripe.com/webhooks): no token, but a signature. The API decides
 * nothing about money: payment asks Stripe how it stands. Only Stripe calls this, so /openapi.json leaves it out.
 * @throws Error in production where Stripe is the provider and the secret is not set
 */
export function stripeEventRoute({ router, deps }: Api): void {
  const { stripe, production } = deps.config;
  const secret = stripe?.webhookSecret;
  if (secret === undefined) {
    if (stripe) sayDeaf(production, deps.log);
    return;
  }

  router.post(PATH, readBytes, async (req, res) => {
    res.locals.route = PATH;
    const body: unknown = req.body;
    const payload = Buffer.isBuffer(body) ? body : '';
    const told = await heard(payload, req.get('Stripe-Signature'), secret);
    // Under the event's id, for Stripe sends one again until it is answered. Another event about the same refund must
    // not count as this one: it may tell of what has changed since.
    if (told) await deps.sagas.handOver('payment', 'followNotice', `stripe-${told.event}`, [told.notice]);
    res.status(200).json({ received: true });
  });
}

/** Nobody asks Stripe about disputes and refunds that fail weeks later: without its events they are never heard of. */
function sayDeaf(production: boolean, log: Deps['log']): void {
  const words =
    'with PAYMENT_PROVIDER=stripe the API needs STRIPE_WEBHOOK_SECRET: no dispute is heard of else';
  if (production) throw new Error(`Environment: ${words}`);
  log.warn(words);
}

/**
 * Stripe's library is large, and loaded for whoever uses it.
 * @returns undefined for an event that nothing follows from
 * @throws Problem bad-signature
 */
async function heard(
  payload: Buffer | '',
  signature: string | undefined,
  secret: string,
): Promise<{ event: string; notice: Notice } | undefined> {
  const { noticeOf, verifyWebhook, WebhookRefused } =
    await import('../../activities/payment/stripe-webhook.js');
  try {
    const event = verifyWebhook(payload, signature, secret);
    const notice = event && noticeOf(event);
    return notice && { event: event.id, notice };
  } catch (error) {
    throw error instanceof WebhookRefused ? new Problem('bad-signature', { reason: error.message }) : error;
  }
}
