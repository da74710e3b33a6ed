import type { Config } from '../../config';
import type { PaymentProvider } from './provider';
import { simulatorProvider } from './provider-simulator';
import { stripeProvider } from './provider-stripe';

/**
 * The provider that PAYMENT_PROVIDER names.
 * @throws Error when Stripe is chosen without a key
 */
export function providerOf({ stripe, provider: { url, limitMs } }: Config): PaymentProvider {
  if (!stripe) return simulatorProvider(url, limitMs);
  const { secretKey } = stripe;
  if (secretKey === undefined)
    throw new Error('Environment: PAYMENT_PROVIDER=stripe needs STRIPE_SECRET_KEY');
  return stripeProvider({ secretKey, url: stripe.url, limitMs });
}
