import { Declined, NotProcessed, OutcomeUnknown, RefundRefused } from '../../activities/payment/provider';
import { stripeProvider } from '../../activities/payment/provider-stripe';
import { until } from '../../engine/wait';
import { LIMIT_MS, readBooks, serverError } from './sides';
import { stripeProxy, type StripeProxy } from './stripe-proxy';
import { refused } from './stripe-rules';

const AMOUNT = 12_000;
const SOON = { withinMs: LIMIT_MS, everyMs: 10 };
const CREATE = /^POST \/v1\/payment_intents$/;
const CONFIRM = /\/confirm$/;
/** Of somebody between Stripe and us: JSON, and no error of Stripe's. */
const GATEWAY = { status: 502, body: { message: 'Bad gateway' } };

let stripe: StripeProxy;
let provider: ReturnType<typeof stripeProvider>;
beforeAll(async () => {
  stripe = await stripeProxy();
  provider = stripeProvider({ secretKey: 'sk_test_123', url: stripe.url, limitMs: LIMIT_MS });
});
afterAll(() => stripe.close());
beforeEach(() => {
  stripe.seen.length = 0;
  stripe.rules.refundsBegin = 'succeeded';
});

const charge = (key: string, token = 'pm_card_visa') => provider.charge({ key, amount: AMOUNT, token });
const find = (key: string) => provider.find({ key, amount: AMOUNT });
const refund = (key: string, chargeId: string) => provider.refund({ key, chargeId, amount: AMOUNT });
const seen = (request: RegExp) => stripe.seen.filter(({ method, path }) => request.test(`${method} ${path}`));

describe('what is sent', () => {
  it('is whole won under keys of the charge, and then the card', async () => {
    const { chargeId } = await charge('sent/charge');
    expect(stripe.seen).toEqual([
      {
        method: 'POST',
        path: '/v1/payment_intents',
        key: 'sent/charge/create',
        form: {
          amount: '12000',
          currency: 'krw',
          'allowed_payment_method_types[0]': 'card',
          'metadata[haru_key]': 'sent/charge',
        },
      },
      {
        method: 'POST',
        path: `/v1/payment_intents/${chargeId}/confirm`,
        key: 'sent/charge/confirm',
        form: { payment_method: 'pm_card_visa', error_on_requires_action: 'true' },
      },
    ]);
  });

  it('is one refund of the intent under its own key', async () => {
    const { chargeId } = await charge('sent-back/charge');
    await refund('sent-back/refund/1', chargeId);
    expect(seen(/refunds/)).toEqual([
      {
        method: 'POST',
        path: '/v1/refunds',
        key: 'sent-back/refund/1',
        form: { payment_intent: chargeId, amount: '12000', 'metadata[haru_key]': 'sent-back/refund/1' },
      },
    ]);
  });

  it('never confirms a charge under two keys', async () => {
    stripe.next(CONFIRM, { cut: 'after' });
    await expect(charge('again/charge')).rejects.toThrow(OutcomeUnknown);
    await find('again/charge');
    await charge('again/charge');
    expect(new Set(seen(CONFIRM).map(({ key }) => key))).toEqual(new Set(['again/charge/confirm']));
    expect(new Set(seen(CONFIRM).map(({ path }) => path)).size).toBe(1);
    expect(stripe.rules.net('again/charge')).toBe(AMOUNT);
  });

  it('is not sent again by the library when a connection is cut', async () => {
    for (const cut of ['before', 'after'] as const) {
      stripe.next(CONFIRM, { cut });
      await expect(charge(`cut-${cut}/charge`)).rejects.toThrow(OutcomeUnknown);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(seen(CONFIRM)).toHaveLength(2);
  });
});

describe('the limit', () => {
  it('is one for both calls', async () => {
    stripe.next(CREATE, { delayMs: 0.4 * LIMIT_MS });
    stripe.next(CONFIRM, { delayMs: 0.9 * LIMIT_MS });
    await expect(charge('both/charge')).rejects.toThrow(OutcomeUnknown);
  });

  it('once over before the card is sent leaves nothing to confirm', async () => {
    stripe.next(CREATE, { delayMs: 2 * LIMIT_MS });
    await expect(charge('over/charge')).rejects.toThrow(OutcomeUnknown);
    expect(seen(CONFIRM)).toEqual([]);
    expect(await find('over/charge')).toBeUndefined();
  });
});

describe('a charge in doubt', () => {
  it('is fenced: its confirmation, arriving after all, captures nothing', async () => {
    let arrive = () => {};
    stripe.next(CONFIRM, { heldUntil: new Promise((resolve) => (arrive = resolve)) });
    await expect(charge('held/charge')).rejects.toThrow(OutcomeUnknown);

    expect(await find('held/charge')).toBeUndefined();
    expect(seen(/\/cancel$/)).toEqual([
      expect.objectContaining({ form: { cancellation_reason: 'abandoned' } }),
    ]);
    arrive();
    await expect(charge('held/charge')).rejects.toThrow(OutcomeUnknown);
    expect(stripe.rules.net('held/charge')).toBe(0);
    expect(await find('held/charge')).toBeUndefined();
    expect(seen(/\/cancel$/)).toHaveLength(1);
  });

  it('is asked for again when the confirmation beat the fence', async () => {
    let arrive = () => {};
    stripe.next(CONFIRM, { heldUntil: new Promise((resolve) => (arrive = resolve)) });
    await expect(charge('beaten/charge')).rejects.toThrow(OutcomeUnknown);
    let fence = () => {};
    stripe.next(/\/cancel$/, { heldUntil: new Promise((resolve) => (fence = resolve)) });
    const finding = find('beaten/charge').catch((error: unknown) => error);
    await until(() => seen(/\/cancel$/).length === 1, SOON);
    arrive();
    await until(() => stripe.rules.net('beaten/charge') === AMOUNT, SOON);
    fence();
    expect(await finding).toBeInstanceOf(OutcomeUnknown);
    expect(await find('beaten/charge')).toMatchObject({ state: 'CAPTURED' });
  });

  it('is left alone while Stripe is at work on it', async () => {
    await expect(charge('slow/charge', 'pm_slow')).rejects.toThrow(OutcomeUnknown);
    expect(await find('slow/charge')).toMatchObject({ state: 'PROCESSING' });
    expect(seen(/\/cancel$/)).toEqual([]);
  });

  it('is found by search once Stripe has forgotten its keys', async () => {
    const { chargeId } = await charge('old/charge');
    stripe.rules.forgetKeys();
    expect(await find('old/charge')).toMatchObject({ chargeId, state: 'CAPTURED' });
  });

  it('was never made where making it was answered with an error, which is saved', async () => {
    stripe.next(CREATE, { answered: serverError });
    await expect(charge('unmade/charge')).rejects.toThrow(OutcomeUnknown);
    expect(await find('unmade/charge')).toBeUndefined();
    expect(seen(CONFIRM)).toEqual([]);
  });
});

it('an amount that Stripe does not take is declined, and was never captured', async () => {
  for (const _ of ['charge', 'find'])
    stripe.next(CREATE, { turnedAway: refused(400, 'invalid_request_error', 'amount_too_small') });
  await expect(charge('small/charge')).rejects.toThrow(Declined);
  expect(await find('small/charge')).toBeUndefined();
});

describe('an answer', () => {
  it.each([
    ['429 rate_limit', refused(429, 'invalid_request_error', 'rate_limit'), NotProcessed],
    ['401', refused(401, 'invalid_request_error'), NotProcessed],
    ['403', refused(403, 'invalid_request_error'), NotProcessed],
    ['429 lock_timeout', refused(429, 'invalid_request_error', 'lock_timeout'), OutcomeUnknown],
    [
      '409 the key is in use',
      refused(409, 'invalid_request_error', 'idempotency_key_in_use'),
      OutcomeUnknown,
    ],
    ['400 the key had other parameters', refused(400, 'idempotency_error'), OutcomeUnknown],
    ['503', refused(503, 'api_error'), OutcomeUnknown],
    ['502 of a gateway', GATEWAY, OutcomeUnknown],
    ['400 no such card', refused(400, 'invalid_request_error', 'resource_missing'), Declined],
  ])('%s, to a charge', async (name, turnedAway, expected) => {
    stripe.next(CONFIRM, { turnedAway });
    await expect(charge(`${name}/charge`)).rejects.toThrow(expected);
  });

  it('that the card needs its owner, to a charge, is a decline', async () => {
    await expect(charge('owner/charge', 'pm_card_authenticationRequired')).rejects.toThrow(Declined);
    expect(await find('owner/charge')).toMatchObject({ state: 'DECLINED' });
  });

  it.each([
    ['429', refused(429, 'invalid_request_error', 'rate_limit'), NotProcessed],
    ['500', serverError, OutcomeUnknown],
    ['502 of a gateway', GATEWAY, OutcomeUnknown],
    ['disputed', refused(400, 'invalid_request_error', 'charge_disputed'), RefundRefused],
  ])('%s, to a refund', async (name, turnedAway, expected) => {
    const { chargeId } = await charge(`${name}-back/charge`);
    stripe.next(/refunds$/, { turnedAway });
    await expect(refund(`${name}-back/refund/1`, chargeId)).rejects.toThrow(expected);
  });

  it('502 of a gateway, to a question, decides nothing', async () => {
    await charge('gate/charge');
    for (const request of [CREATE, /^GET .*\/pi_/]) {
      stripe.next(request, { turnedAway: GATEWAY });
      await expect(find('gate/charge')).rejects.toThrow(OutcomeUnknown);
    }
    stripe.next(CONFIRM, { turnedAway: serverError });
    await expect(charge('gate-fence/charge')).rejects.toThrow(OutcomeUnknown);
    stripe.next(/\/cancel$/, { turnedAway: GATEWAY });
    await expect(find('gate-fence/charge')).rejects.toThrow(OutcomeUnknown);
    expect(await find('gate-fence/charge')).toBeUndefined();
  });

  it('429, to a question, is no answer', async () => {
    stripe.next(CREATE, { turnedAway: refused(429, 'invalid_request_error', 'rate_limit') });
    await expect(find('quiet/charge')).rejects.toThrow(NotProcessed);
  });
});

describe('what Stripe tells of by its own id', () => {
  it.each([
    ['pending', 'PENDING'],
    ['requires_action', 'PENDING'],
    ['succeeded', 'DONE'],
    ['failed', 'FAILED'],
    ['canceled', 'FAILED'],
  ])('a refund that is %s is %s', async (status, state) => {
    const { chargeId } = await charge(`told-${status}/charge`);
    await refund(`told-${status}/refund/1`, chargeId);
    const [made] = stripe.rules.intents.get(chargeId)!.refunds;
    made!.status = status;
    const now = { key: `told-${status}/refund/1`, chargeId, amount: AMOUNT, state };
    expect(await provider.refundById(made!.id)).toEqual(now);
  });

  it.each([
    ['warning_needs_response', 'OPEN'],
    ['warning_under_review', 'OPEN'],
    ['warning_closed', 'WON'],
    ['needs_response', 'OPEN'],
    ['under_review', 'OPEN'],
    ['prevented', 'WON'],
    ['won', 'WON'],
    ['lost', 'LOST'],
  ])('a dispute that is %s is %s', async (status, state) => {
    const { chargeId } = await charge(`disputed-${status}/charge`);
    stripe.rules.disputes.set(`du_${status}`, { payment_intent: chargeId, amount: 5_000, status });
    const now = { key: `disputed-${status}/charge`, chargeId, amount: 5_000, state };
    expect(await provider.dispute(`du_${status}`)).toEqual(now);
  });

  it('is nothing where Stripe does not know it, or it is none of ours', async () => {
    expect(await provider.refundById('re_none')).toBeUndefined();
    expect(await provider.dispute('du_none')).toBeUndefined();
    const { chargeId } = await charge('by-hand/charge');
    await refund('by-hand/refund/1', chargeId);
    const [made] = stripe.rules.intents.get(chargeId)!.refunds;
    made!.metadata = {};
    expect(await provider.refundById(made!.id)).toBeUndefined();
    stripe.rules.disputes.set('du_other', { payment_intent: 'pi_other', amount: 1, status: 'lost' });
    expect(await provider.dispute('du_other')).toBeUndefined();
  });

  it.each([
    ['429', refused(429, 'invalid_request_error', 'rate_limit'), NotProcessed],
    ['500', serverError, OutcomeUnknown],
    ['502 of a gateway', GATEWAY, OutcomeUnknown],
  ])('is not known while Stripe answers %s', async (_, turnedAway, expected) => {
    for (const request of [/refunds/, /disputes/]) stripe.next(request, { turnedAway });
    await expect(provider.refundById('re_1')).rejects.toThrow(expected);
    await expect(provider.dispute('du_1')).rejects.toThrow(expected);
  });
});

describe('a refund', () => {
  it('that Stripe no longer knows by its key is known by its metadata', async () => {
    const { chargeId } = await charge('long/charge');
    await refund('long/refund/1', chargeId);
    stripe.rules.forgetKeys();
    await refund('long/refund/1', chargeId);
    expect(stripe.rules.net('long/charge')).toBe(0);
  });

  it.each([
    ['succeeded', 'is made once it has', undefined],
    ['failed', 'is refused once it has', RefundRefused],
  ])('that is pending is none yet; one that then has %s %s', async (ends, _, thrown) => {
    const { chargeId } = await charge(`pending-${ends}/charge`);
    stripe.rules.refundsBegin = 'pending';
    const key = `pending-${ends}/refund/1`;
    for (let i = 0; i < 2; i++) await expect(refund(key, chargeId)).rejects.toThrow(OutcomeUnknown);
    expect((await find(`pending-${ends}/charge`))?.refunds).toEqual([{ key, state: 'PENDING' }]);
    const { cursor, lines } = await readBooks(provider);
    expect(lines.filter((line) => line.key === key)).toEqual([]);

    for (const made of stripe.rules.intents.get(chargeId)?.refunds ?? []) made.status = ends;
    if (thrown) await expect(refund(key, chargeId)).rejects.toThrow(thrown);
    else await refund(key, chargeId);
    const later = (await readBooks(provider, cursor)).lines.filter((line) => line.key === key);
    expect(later.length).toBe(thrown ? 0 : 1);
  });

  it('that is pending for longer than the newest books are read again is read when it has been made', async () => {
    const { chargeId } = await charge('long-pending/charge');
    stripe.rules.refundsBegin = 'pending';
    await expect(refund('long-pending/refund/1', chargeId)).rejects.toThrow(OutcomeUnknown);
    for (const made of stripe.rules.intents.get(chargeId)?.refunds ?? []) made.created -= 86_400;
    const { cursor } = await readBooks(provider);
    for (const made of stripe.rules.intents.get(chargeId)?.refunds ?? []) made.status = 'succeeded';
    const { lines } = await readBooks(provider, cursor);
    expect(lines.map(({ key }) => key)).toContain('long-pending/refund/1');
  });

  it('that came to nothing in the end is none', async () => {
    const { chargeId } = await charge('failed/charge');
    await refund('failed/refund/1', chargeId);
    for (const made of stripe.rules.intents.get(chargeId)?.refunds ?? []) made.status = 'failed';
    expect((await find('failed/charge'))?.refunds).toEqual([]);
  });

  it('in doubt stays so while its charge’s refunds cannot be listed', async () => {
    const { chargeId } = await charge('unlisted/charge');
    await refund('unlisted/refund/1', chargeId);
    stripe.rules.forgetKeys();
    stripe.next(/^GET \/v1\/refunds$/, { turnedAway: refused(429, 'invalid_request_error', 'rate_limit') });
    await expect(refund('unlisted/refund/1', chargeId)).rejects.toThrow(OutcomeUnknown);
  });
});
