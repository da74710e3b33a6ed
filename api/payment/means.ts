import { z } from 'zod';

/** `"payment": {"method":"card","token":"tok_…"}`: the token stands for the card, at the provider. */
export const CardPayment = z
  .strictObject({ method: z.literal('card'), token: z.string().regex(/^[\x21-\x7e]{1,200}$/) })
  .meta({ id: 'CardPayment' });
