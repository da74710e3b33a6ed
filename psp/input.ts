import { z } from 'zod';

const amount = z.int().min(1);
const key = z.string({ error: 'required' }).regex(/^[\x21-\x7e]{1,255}$/, '1 to 255 visible characters');

/** The header of that name, on every POST. */
export const IdempotencyKey = z
  .object({ 'idempotency-key': key })
  .transform((headers) => headers['idempotency-key']);

export const ChargeBody = z.strictObject({ amount, currency: z.literal('KRW'), token: z.string().max(200) });
export const RefundBody = z.strictObject({ amount });
export const ChargesQuery = z.strictObject({ key });
export const StatementQuery = z.strictObject({
  cursor: z
    .string()
    .regex(/^\d{0,18}$/, 'not a cursor')
    .default('')
    .transform((cursor) => cursor || '0'),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(1_000))
    .default(100),
});
