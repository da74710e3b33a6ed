import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import type { ParkedKind } from '../../workflows/payment/contract';
import { businessIdOf } from './keys';

export type ParkedState = 'FAILING' | 'NEEDS_OPERATOR' | 'DONE' | 'SETTLED' | 'WRITTEN_OFF';

/** What waits until it is done or an operator has decided (P4). */
export interface ParkedRow {
  key: string;
  id: string;
  kind: ParkedKind;
  business_id: string;
  workflow_id: string;
  /** Whole KRW that are at stake. */
  amount: number;
  state: ParkedState;
  failures: number;
  /** What the last try met. */
  error: string;
  failing_since: Date;
  parked_at: Date | null;
  ended_at: Date | null;
}

interface Late {
  /** Of the refund that has to follow, or that was made; or of the dispute. */
  key: string;
  kind: keyof typeof HAPPENED;
  /** Whole KRW. */
  amount: number;
}

/** Operators are asked at once where no saga can see to it. */
const HAPPENED = {
  LATE_CAPTURE: { error: 'captured after it was given up on', state: 'FAILING' },
  LATE_REFUND: { error: 'refunded after it was given up on', state: 'FAILING' },
  REFUND_FAILED: { error: 'the refund failed at the provider after it was made', state: 'NEEDS_OPERATOR' },
  DISPUTE: { error: 'the customer disputes the charge at their bank', state: 'NEEDS_OPERATOR' },
} as const;

/**
 * Puts what the provider did too late, or by itself, into the operators' list, in the transaction that books it: the
 * saga may have ended. A workflow named by the entry's id sees to it (P6). An entry that had ended is opened again; a
 * dispute only where no operator has decided on it.
 */
export async function parkLate(tx: Knex, { key, kind, amount }: Late): Promise<void> {
  const { error, state } = HAPPENED[kind];
  await tx.raw(
    `INSERT INTO payment.parked AS p (key, id, kind, business_id, workflow_id, amount, state, error, parked_at)
     VALUES (:key, :id, :kind, :businessId, :id, :amount, :state, :error, :parkedAt)
     ON CONFLICT (key) DO UPDATE SET kind = :kind, id = :id, workflow_id = :id, state = :state,
       amount = :amount, error = :error, failing_since = now(), failures = 1, parked_at = :parkedAt, ended_at = NULL
     WHERE p.ended_at IS NOT NULL AND (p.kind <> 'DISPUTE' OR p.state = 'DONE')`,
    {
      key,
      kind,
      amount,
      id: typeid('prk').toString(),
      businessId: businessIdOf(key),
      error,
      state,
      parkedAt: state === 'NEEDS_OPERATOR' ? tx.fn.now() : null,
    },
  );
}
