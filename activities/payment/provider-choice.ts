import type { Config } from '../../config';
import type { PaymentProvider } from './provider';
import { simulatorProvider } from './provider-simulator';

/**
 * The provider that PAYMENT_PROVIDER names; Stripe's library is large, and loaded for whoever uses it.
 * @throws Error when Stripe is chosen without a key
 */
export async function providerOf({ stripe, provider: { url, limitMs } }: Config): Promise<PaymentProvider> {
  if (!stripe) return simulatorProvider(url, limitMs);
  const { secretKey } = stripe;
  if (secretKey === undefined)
    throw new Error('Environment: PAYMENT_PROVIDER=stripe needs STRIPE_SECRET_KEY');
  const { stripeProvider } = await import('./provider-stripe.js');
  return stripeProvider({ secretKey, url: stripe.url, limitMs });
}
