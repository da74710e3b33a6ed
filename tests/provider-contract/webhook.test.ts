import Stripe from 'stripe';
import { noticeOf, verifyWebhook, WebhookRefused } from '../../activities/payment/stripe-webhook';

const SECRET = 'whsec_test';
const payloadOf = (type: string, object: object) =>
  JSON.stringify({ object: 'event', id: 'evt_1', type, data: { object } });
const signed = (payload: string, { secret = SECRET, at = Date.now() } = {}) =>
  Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: at / 1_000 });

const captured = payloadOf('payment_intent.succeeded', { id: 'pi_1', amount: 12_000 });

it('of a charge or a refund is read once its signature holds, bytes or text', () => {
  for (const payload of [captured, Buffer.from(captured)]) {
    const event = verifyWebhook(payload, signed(captured), SECRET);
    if (event?.type !== 'payment_intent.succeeded') throw new Error(`read as ${event?.type}`);
    expect(event.data.object.amount).toBe(12_000);
  }
  const refunded = payloadOf('refund.failed', { id: 're_1' });
  expect(verifyWebhook(refunded, signed(refunded), SECRET)?.type).toBe('refund.failed');
});

it.each([
  ['refund.failed', 'refund', 're_1', { of: 'refund', id: 're_1' }],
  ['refund.updated', 'refund', 're_2', { of: 'refund', id: 're_2' }],
  ['charge.dispute.created', 'dispute', 'du_1', { of: 'dispute', id: 'du_1' }],
  ['charge.dispute.closed', 'dispute', 'du_2', { of: 'dispute', id: 'du_2' }],
  ['payment_intent.succeeded', 'payment_intent', 'pi_1', undefined],
])('%s says that the %s %s is to be asked about', (type, object, id, notice) => {
  const payload = payloadOf(type, { object, id });
  expect(noticeOf(verifyWebhook(payload, signed(payload), SECRET)!)).toEqual(notice);
});

it('of anything else is none of ours', () => {
  const other = payloadOf('customer.created', { id: 'cus_1' });
  expect(verifyWebhook(other, signed(other), SECRET)).toBeUndefined();
});

const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000;
it.each([
  ['signed with another secret', signed(captured, { secret: 'whsec_other' }), /signature/],
  ['of another content', signed(captured.replace('12000', '1')), /signature/],
  ['signed long ago', signed(captured, { at: minutesAgo(6) }), /Timestamp outside/],
  ['with a garbled signature', 'garbage', /signatures from header/],
  ['without a signature', undefined, /No stripe-signature header/],
])('%s is refused', (_, signature, why) => {
  expect(() => verifyWebhook(captured, signature, SECRET)).toThrow(WebhookRefused);
  expect(() => verifyWebhook(captured, signature, SECRET)).toThrow(why);
});

it('signed some minutes ago still counts', () => {
  expect(verifyWebhook(captured, signed(captured, { at: minutesAgo(4) }), SECRET)).toBeDefined();
});
