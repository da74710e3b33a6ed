import { Context } from '@temporalio/activity';
import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import type { Income } from '../../workflows/payment/contract';
import { violates } from '../violation';

/** Where value can be. Revenue is per service; deposits are per person; what points have cost is in the minus. */
export type Account =
  Income | 'provider' | 'refunds' | 'suspense' | 'write-off' | 'points' | `deposit:${string}`;

export type TransferKind =
  | 'CAPTURE'
  | 'REFUND'
  | 'REFUND_FAILED'
  | 'PURCHASE'
  | 'PURCHASE_REFUND'
  | 'TOP_UP'
  | 'SETTLEMENT'
  | 'WRITE_OFF'
  | 'BILL'
  | 'CONVERSION';

/** Accounts that an operator's decision moves money to or from, and the kind of that transfer. */
export const BY_HAND = { suspense: 'SETTLEMENT', 'write-off': 'WRITE_OFF' } as const satisfies {
  [A in Account]?: TransferKind;
};
export type ByHand = keyof typeof BY_HAND;

export interface Transfer {
  /** Business id and step: the ledger accepts each key once (P2). What the provider moved has the provider's key. */
  key: string;
  kind: TransferKind;
  from: Account;
  to: Account;
  /** Whole KRW, at least 1. */
  amount: number;
  /** Id of the booking, order, top-up … that it is about. */
  businessId: string;
  reason?: string | undefined;
}

/** The account that a transfer comes from must not go below 0, and would. */
export class Overdraft extends Error {}

/**
 * Moves value from one account to the other within the caller's transaction, and notes what caused it. All transfers
 * take turns from here to the transaction's end, so this belongs at its end; where much is posted, in a statement that
 * commits by itself (`transferring`).
 * @returns false when it had been made before
 * @throws Overdraft
 */
export async function transfer(tx: Knex, order: Transfer): Promise<boolean> {
  const { key, kind, from, to, amount, businessId, reason = null } = order;
  const { workflow, run, activity } = causeOf();
  try {
    const { rows } = await tx.raw<{ rows: { made: boolean }[] }>(
      'SELECT payment.transfer(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS made',
      [typeid('trf').toString(), key, kind, from, to, amount, businessId, workflow, run, activity, reason],
    );
    return rows[0]?.made === true;
  } catch (error) {
    throw isOverdraft(error) ? new Overdraft() : error;
  }
}

/** The same in SQL expressions, for a statement that posts what it has just changed; goes with `causeBindings`. */
export const transferring = (t: Record<'key' | 'kind' | 'from' | 'to' | 'amount' | 'businessId', string>) =>
  `payment.transfer(:transferId, ${t.key}, ${t.kind}, ${t.from}, ${t.to}, ${t.amount}, ${t.businessId},
     :workflow, :run, :activity, NULL)`;

export const causeBindings = () => ({ transferId: typeid('trf').toString(), ...causeOf() });

export const isOverdraft = (error: unknown) => violates(error, 'no_overdraft');

function causeOf(): Record<'workflow' | 'run' | 'activity', string | null> {
  try {
    const { workflowExecution, activityId } = Context.current().info;
    const { workflowId = null, runId = null } = workflowExecution ?? {};
    return { workflow: workflowId, run: runId, activity: activityId };
  } catch {
    // Not a workflow's step.
    return { workflow: null, run: null, activity: null };
  }
}
