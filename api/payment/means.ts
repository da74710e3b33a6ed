import { z } from 'zod';
import { type Config, TEST_TOKENS } from '../../config';
import type { PaymentMeans } from '../../workflows/payment/contract';
import { Problem } from '../problems';
import { says } from '../validation-words';

/** `{"method":"card","token":"tok_…"}`: the token stands for the card, at the provider. */
export const CardPayment = z
  .strictObject({
    method: z.literal('card'),
    token: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[\x21-\x7e]*$/, says('visible ASCII'))
      .meta({ example: 'tok_ok' }),
  })
  .meta({ id: 'CardPayment' });

/** How anything is paid for, but a deposit: by card, or from the deposit. */
export const Payment = z
  .discriminatedUnion('method', [CardPayment, z.strictObject({ method: z.literal('deposit') })])
  .meta({ id: 'Payment' });

/**
 * What can be seen beforehand starts no saga: the simulator's tokens are few. Another provider knows its own.
 * @throws Problem unknown-token
 */
export function refuseUnknownToken({ stripe }: Config, means: PaymentMeans): void {
  const known =
    stripe !== undefined || means.method !== 'card' || TEST_TOKENS.some((one) => one === means.token);
  if (!known) throw new Problem('unknown-token', { tokens: TEST_TOKENS });
}
