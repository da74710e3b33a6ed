import type { Knex } from 'knex';
import { type ChargeRow, providerKeyOf, type RefundRow, refundsFrom } from './charge';
import { businessIdOf, refundKey, UNDO } from './keys';
import { parkLate, type ParkedRow } from './late';
import { type Account, transfer } from './ledger';

/**
 * REFUNDED → FAILED: the provider has the money back, long after it was refunded. Where the customer has not the thing
 * for it, an operator has to see to that (P6).
 * @param charge locked
 * @returns whether an operator has to; not where that was heard before, or answered for as a difference
 */
export async function failRefund(
  tx: Knex,
  charge: ChargeRow,
  { key, attempt }: Pick<RefundRow, 'key' | 'attempt'>,
): Promise<boolean> {
  const providerKey = providerKeyOf({ key, attempt });
  if (await isAnsweredFor(tx, `${providerKey}/REFUND/${charge.provider_charge_id}`)) return false;
  const [failed] = await tx('payment.refunds')
    .where({ key, attempt, state: 'REFUNDED' })
    .update({ state: 'FAILED', updated_at: tx.fn.now() })
    .returning<RefundRow[]>('*');
  if (!failed) return false;

  const { amount } = failed;
  const businessId = businessIdOf(key);
  const good = await tx<MadeGood>('payment.transfers')
    .where({ key: `${key}/by-hand` })
    .first();
  await tx('payment.charges')
    .where({ key: charge.key })
    .decrement({ refunded: amount, made_good: good ? amount : 0 });
  const isKept = good !== undefined || (await closeLateRefund(tx, key));
  if (!isKept) await parkLate(tx, { key: refundKey(businessId, UNDO), kind: 'REFUND_FAILED', amount });

  const from = refundsFrom(charge);
  const move = { key: `${providerKey}/failed`, amount, businessId };
  await transfer(tx, { ...move, kind: 'REFUND_FAILED', from: 'provider', to: from });
  if (good)
    await transfer(tx, { ...move, key: `${key}/not-by-hand`, kind: good.kind, from, to: good.from_account });
  return !isKept;
}

/** How an operator has answered for a refund that came late. */
interface MadeGood {
  key: string;
  kind: 'SETTLEMENT' | 'WRITE_OFF';
  from_account: Account;
}

/** By an operator's word the ledger has followed the provider already; one who decides just now is waited for. */
async function isAnsweredFor(tx: Knex, report: string): Promise<boolean> {
  const row = await tx<ParkedRow>('payment.parked').where({ key: report }).forUpdate().first();
  return row?.state === 'SETTLED' || row?.state === 'WRITTEN_OFF';
}

/** A refund that came late, for a thing that its customer has: since it has failed, the thing is paid for. @returns whether it was one */
async function closeLateRefund(tx: Knex, key: string): Promise<boolean> {
  const late = tx('payment.parked').where({ key, kind: 'LATE_REFUND' }).whereNull('ended_at');
  return (await late.update({ state: 'DONE', ended_at: tx.fn.now() })) === 1;
}
