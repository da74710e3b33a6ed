import type { Config } from '../../config';
import type { PaymentProvider } from './provider';
import { simulatorProvider } from './provider-simulator';
import { stripeProvider } from './provider-stripe';

/** The provider that PAYMENT_PROVIDER names. */
export function providerOf({ stripe, provider: { url, limitMs } }: Config): PaymentProvider {
  return stripe ? stripeProvider({ ...stripe, limitMs }) : simulatorProvider(url, limitMs);
}
