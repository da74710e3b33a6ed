import { z } from 'zod';

/** `{"method":"card","token":"tok_…"}`: the token stands for the card, at the provider. */
export const CardPayment = z
  .strictObject({
    method: z.literal('card'),
    token: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[\x21-\x7e]*$/)
      .meta({ example: 'tok_ok' }),
  })
  .meta({ id: 'CardPayment' });

/** How anything is paid for, but a deposit: by card, or from the deposit. */
export const Payment = z
  .discriminatedUnion('method', [CardPayment, z.strictObject({ method: z.literal('deposit') })])
  .meta({ id: 'Payment' });
