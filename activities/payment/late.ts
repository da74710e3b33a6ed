import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import { businessIdOf } from './keys';

interface Late {
  /** Of the refund that has to follow, or that was made. */
  key: string;
  kind: 'LATE_CAPTURE' | 'LATE_REFUND';
  /** Whole KRW. */
  amount: number;
}

const HAPPENED = {
  LATE_CAPTURE: 'captured after it was given up on',
  LATE_REFUND: 'refunded after it was given up on',
} as const;

/**
 * Puts what the provider did after it was given up on into the operators' list, in the transaction that books it: the
 * saga may have ended. A workflow named by the entry's id sees to it (P6).
 */
export async function parkLate(tx: Knex, { key, kind, amount }: Late): Promise<void> {
  await tx.raw(
    `INSERT INTO payment.parked AS p (key, id, kind, business_id, workflow_id, amount, state, error)
     VALUES (:key, :id, :kind, :businessId, :id, :amount, 'FAILING', :error)
     ON CONFLICT (key) DO UPDATE SET kind = :kind, id = :id, workflow_id = :id, state = 'FAILING',
       amount = :amount, error = :error, failing_since = now(), failures = 1, parked_at = NULL, ended_at = NULL
     WHERE p.ended_at IS NOT NULL`,
    {
      key,
      kind,
      amount,
      id: typeid('prk').toString(),
      businessId: businessIdOf(key),
      error: HAPPENED[kind],
    },
  );
}
