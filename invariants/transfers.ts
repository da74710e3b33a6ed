import type { Knex } from 'knex';
import type { TransferKind } from '../activities/payment/ledger';

/** A transfer, by the side that is a customer's. */
export interface TransferFacts {
  /** Whole KRW. */
  amount: number;
  /** Such as "deposit:minji". */
  account: string;
}

/** The transfers of one kind that were made for these things, by the thing's id. */
export async function transfersOf(
  payment: Knex,
  kind: TransferKind,
  side: 'from_account' | 'to_account',
  ids: readonly string[],
): Promise<Map<string, TransferFacts[]>> {
  const rows = await payment('payment.transfers')
    .where({ kind })
    .whereIn('business_id', ids)
    .orderBy('position')
    .select<(TransferFacts & { of: string })[]>('amount', { account: side, of: 'business_id' });
  const found = new Map<string, TransferFacts[]>();
  for (const { of, ...transfer } of rows) found.set(of, [...(found.get(of) ?? []), transfer]);
  return found;
}

export const wordsOf = (transfers: readonly TransferFacts[]) =>
  transfers.map(({ amount, account }) => `${amount} on ${account}`).join(', ') || 'none';
