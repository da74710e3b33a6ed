import { z } from 'zod';
import type { MoneyOf } from '../activities/payment/money-reads';
import { Instant, Money } from './schemas';

/** What operators see of a thing besides what its customer does. */
export const Support = z
  .strictObject({
    workflowId: z.string(),
    customer: z.string().nullable(),
    charge: z
      .strictObject({
        id: z.string(),
        state: z.string(),
        method: z.string(),
        key: z.string(),
        providerChargeId: z.string().nullable(),
        tries: z.int(),
        sentAt: Instant,
      })
      .optional(),
    refunds: z.array(
      z.strictObject({
        key: z.string(),
        attempt: z.int(),
        amount: Money,
        state: z.string(),
        sentAt: Instant,
      }),
    ),
    parked: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.string(),
        state: z.string(),
        amount: Money,
        failures: z.int(),
        error: z.string(),
        decisions: z.array(
          z.strictObject({ at: Instant, action: z.string(), by: z.string(), reason: z.string() }),
        ),
      }),
    ),
  })
  .meta({ id: 'ExplanationForSupport' });

export const inSupport = (
  workflowId: string,
  customer: string | null,
  { charge, refunds, parked, decisions }: MoneyOf,
): z.output<typeof Support> => ({
  workflowId,
  customer,
  ...(charge && {
    charge: {
      ...{ id: charge.id, state: charge.state, method: charge.method, key: charge.key, tries: charge.tries },
      providerChargeId: charge.provider_charge_id,
      sentAt: charge.sent_at.toISOString(),
    },
  }),
  refunds: refunds.map(({ key, attempt, amount, state, sent_at }) => ({
    ...{ key, attempt, amount, state },
    sentAt: sent_at.toISOString(),
  })),
  parked: parked.map(({ id, key, kind, state, amount, failures, error }) => ({
    ...{ id, kind, state, amount, failures, error },
    decisions: decisions
      .filter((decision) => decision.parked === key)
      .map(({ at, action, decided_by: by, reason }) => ({ at: at.toISOString(), action, by, reason })),
  })),
});
