import { NotProcessed, OutcomeUnknown } from '../../activities/payment/provider';
import { stripeProvider } from '../../activities/payment/provider-stripe';
import { LIMIT_MS, readBooks } from './sides';
import { stripeProxy, type StripeProxy } from './stripe-proxy';
import { refused } from './stripe-rules';

const CHARGES = /^GET \/v1\/charges$/;
const REFUNDS = /^GET \/v1\/refunds$/;
const YEARS = 365 * 86_400;
const now = () => Math.floor(Date.now() / 1_000);

let stripe: StripeProxy;
let provider: ReturnType<typeof stripeProvider>;
beforeEach(async () => {
  stripe = await stripeProxy();
  provider = stripeProvider({ secretKey: 'sk_test_123', url: stripe.url, limitMs: LIMIT_MS });
});
afterEach(() => stripe.close());

/** A charge in Stripe's books, as it stands there whoever made it. */
function booked(key: string, created: number, otherwise: object = {}): void {
  stripe.rules.charges.push({
    id: `ch_${key}`,
    amount: 1_000,
    amount_captured: 1_000,
    captured: true,
    currency: 'krw',
    status: 'succeeded',
    created,
    metadata: { haru_key: key },
    payment_intent: `pi_${key}`,
    ...otherwise,
  });
}

it('long books are read from their beginning, oldest first, none of them missed', async () => {
  const start = now() - 3 * YEARS;
  for (let i = 0; i < 400; i++) booked(`spread/${i}`, start + i * 50_000);
  for (let i = 0; i < 250; i++) booked(`burst/${i}`, now() - YEARS);
  for (let i = 0; i < 150; i++) booked(`just/${i}`, now() - (i % 20));

  const { lines } = await readBooks(provider);

  expect(new Set(lines.map(({ key }) => key)).size).toBe(800);
  expect(lines).toHaveLength(800);
  const times = lines.map(({ at }) => at.getTime());
  expect(times).toEqual([...times].sort((a, b) => a - b));
  const asked = stripe.seen.filter(({ path }) => path === '/v1/charges').length;
  console.log(`800 lines in ${asked} pages of charges`);
  expect(asked).toBeLessThan(200);
});

it('a stretch is asked for once as it is, of both lists', async () => {
  const at = now() - 60;
  await provider.statement(`${at}-${at + 30}`);
  const form = { 'created[gte]': String(at), 'created[lt]': String(at + 30), limit: '100' };
  expect(stripe.seen).toEqual(
    expect.arrayContaining(
      ['/v1/charges', '/v1/refunds'].map((path) => ({ method: 'GET', path, form, key: undefined })),
    ),
  );
  expect(stripe.seen).toHaveLength(2);
});

it('a line that appears minutes after its time is read all the same', async () => {
  booked('first/charge', now() - 60);
  const { cursor } = await readBooks(provider);
  booked('late/charge', now() - 300);
  const { lines } = await readBooks(provider, cursor);
  expect(lines.map(({ key }) => key)).toEqual(['late/charge', 'first/charge']);
});

it('what moved no won is no line; what was made by hand is one under its own id', async () => {
  booked('pending/charge', now(), { status: 'pending', captured: false, amount_captured: 0 });
  booked('failed/charge', now(), { status: 'failed', captured: false, amount_captured: 0 });
  booked('authorized/charge', now(), { captured: false, amount_captured: 0 });
  booked('dollars/charge', now(), { currency: 'usd' });
  booked('by-hand', now(), { metadata: {} });
  const { chargeId } = await provider.charge({ key: 'paid/charge', amount: 12_000, token: 'pm_card_visa' });
  for (const n of [1, 2]) await provider.refund({ key: `paid/refund/${n}`, chargeId, amount: 5_000 });
  const [first, second] = stripe.rules.intents.get(chargeId)!.refunds;
  first!.status = 'failed';
  second!.metadata = {};

  const { lines } = await readBooks(provider);
  expect(lines.map(({ kind, key, chargeId: of }) => [kind, key, of])).toEqual([
    ['capture', 'ch_by-hand', 'pi_by-hand'],
    ['capture', 'paid/charge', chargeId],
    ['refund', second!.id, chargeId],
  ]);
});

describe.each([
  ['429', refused(429, 'invalid_request_error', 'rate_limit'), NotProcessed],
  ['500', refused(500, 'api_error'), OutcomeUnknown],
  ['502 of a gateway', { status: 502, body: { message: 'Bad gateway' } }, OutcomeUnknown],
])('%s', (_, turnedAway, expected) => {
  it.each([CHARGES, REFUNDS])('to %s is no page', async (request) => {
    stripe.next(request, { turnedAway });
    await expect(provider.statement(null)).rejects.toThrow(expected);
  });
});
