import { providerOf } from '../../activities/payment/provider-choice';
import { configFrom } from '../../config';

const PRODUCTION = {
  NODE_ENV: 'production',
  TRUST_PROXY_HOPS: '1',
  DATABASE_URL: 'postgres://db/haru',
  TEMPORAL_ADDRESS: 'temporal:7233',
  OIDC_JWKS_URL: 'https://id.example/jwks',
};
const STRIPE = { PAYMENT_PROVIDER: 'stripe', STRIPE_SECRET_KEY: 'sk_test_123' };

it('the simulator is chosen unless said', () => {
  const { provider, stripe } = configFrom({ STRIPE_SECRET_KEY: 'sk_test_123' });
  expect([provider.url, stripe]).toEqual(['http://127.0.0.1:8090', undefined]);
});

it('Stripe is asked at its own address unless said', () => {
  expect(configFrom(STRIPE).stripe).toEqual({ secretKey: 'sk_test_123', url: 'https://api.stripe.com' });
  const told = { ...STRIPE, STRIPE_URL: 'http://127.0.0.1:12111' };
  expect(configFrom(told).stripe).toEqual({ secretKey: 'sk_test_123', url: 'http://127.0.0.1:12111' });
});

it.each([
  ['an unknown provider', { PAYMENT_PROVIDER: 'paypal' }, /PAYMENT_PROVIDER/],
  ['an address that is none', { ...STRIPE, STRIPE_URL: 'ftp://stripe' }, /STRIPE_URL/],
  [
    'a key that goes in clear in production',
    { ...PRODUCTION, ...STRIPE, STRIPE_URL: 'http://stripe.example' },
    'production needs STRIPE_URL by https',
  ],
  ['production with our own simulator', PRODUCTION, 'production needs PAYMENT_PROVIDER=stripe'],
])('%s is refused at the start', (_, env, why) => {
  expect(() => configFrom(env)).toThrow(why);
});

it.each([{ PAYMENT_PROVIDER: 'stripe' }, { ...STRIPE, STRIPE_SECRET_KEY: '' }])(
  'who charges needs a key: not %j',
  async (env) => {
    await expect(providerOf(configFrom(env))).rejects.toThrow(
      'PAYMENT_PROVIDER=stripe needs STRIPE_SECRET_KEY',
    );
  },
);

it('production takes Stripe, or a stand-in that is named', () => {
  expect(configFrom({ ...PRODUCTION, ...STRIPE }).stripe).toBeDefined();
  const standIn = { ...PRODUCTION, PAYMENT_PROVIDER_URL: 'http://psp:8090' };
  expect(configFrom(standIn).provider.url).toBe('http://psp:8090');
});

it('is waited for 610 ms, unless said (seed 003, M7)', () => {
  expect(configFrom({}).provider.limitMs).toBe(610);
  expect(configFrom({ PAYMENT_LIMIT_MS: '900' }).provider.limitMs).toBe(900);
});
