import type { Knex } from 'knex';
import { refusal } from '../refusal';
import {
  cameToNothing,
  type ChargeRow,
  ExceedsCharge,
  inDoubt,
  providerKeyOf,
  type RefundRow,
  type RefundState,
} from './charge';
import { Charges } from './charges';
import { businessIdOf } from './keys';
import { type Account, transfer } from './ledger';

/** A part of a charge that goes back. */
interface Part {
  /** Of the refund: business id and step. */
  key: string;
  /** Whole KRW; all that is left of the charge unless said. */
  amount?: number | undefined;
  /** Who asks; one that was told no opens nothing any more. */
  request?: string;
}

/** All SQL of charges and refunds: a refund, too, is stored before the provider is asked, and after. */
export class PaymentRepository extends Charges {
  /**
   * A refund: begun, begun anew after one that came to nothing, or as it stands. What it takes is reserved on the
   * charge, so that refunds that run at once never exceed it. From a deposit's purchase it is done at once.
   * @throws ExceedsCharge
   */
  async openRefund(chargeKey: string, part: Part): Promise<{ opened: boolean; refund: RefundRow }> {
    return this.db.transaction(async (tx) => {
      const charge = await lock(tx, chargeKey);
      const before = await tx<RefundRow & { refused: string[] }>('payment.refunds')
        .where({ key: part.key })
        .first();
      const refused = part.request !== undefined && before?.refused.includes(part.request);
      if (before && (refused || !cameToNothing(before))) return { opened: false, refund: before };

      const amount = part.amount ?? charge.amount - charge.refunded;
      if (amount < 1 || charge.refunded + amount > charge.amount) throw new ExceedsCharge();
      const state: RefundState = charge.method === 'deposit' ? 'REFUNDED' : 'SENT';
      await tx('payment.charges').where({ key: chargeKey }).increment('refunded', amount);
      const refund = await upsertRefund(tx, { key: part.key, charge_key: chargeKey, amount, state });
      if (state === 'REFUNDED') await postRefund(tx, charge, refund);
      return { opened: true, refund };
    });
  }

  /**
   * Closes a refund to a request that has not opened it, and waits for one that is opening it just now.
   * @returns the refund as it stands
   */
  async refuseRefund({ key: chargeKey }: ChargeRow, key: string, request: string): Promise<RefundRow> {
    return this.db.transaction(async (tx) => {
      const { amount } = await lock(tx, chargeKey);
      const { rows } = await tx.raw<{ rows: [RefundRow] }>(
        `INSERT INTO payment.refunds AS r (key, charge_key, amount, state, refused)
         VALUES (:key, :chargeKey, :amount, 'NOT_REFUNDED', ARRAY[CAST(:request AS text)])
         ON CONFLICT (key) DO UPDATE SET refused = array_append(r.refused, :request) RETURNING *`,
        { key, chargeKey, amount, request },
      );
      return rows[0];
    });
  }

  /** SENT or UNKNOWN → what became of that attempt; done is posted, and what came to nothing can be refunded again. */
  async settleRefund({ key, charge_key, attempt }: RefundRow, state: RefundState): Promise<void> {
    await this.db.transaction(async (tx) => {
      const charge = await lock(tx, charge_key);
      const [settled] = await tx('payment.refunds')
        .where({ key, attempt })
        .whereIn('state', ['SENT', 'UNKNOWN'])
        .update({ state, updated_at: tx.fn.now() })
        .returning<RefundRow[]>('*');
      if (!settled) return;
      if (cameToNothing(settled))
        await tx('payment.charges').where({ key: charge_key }).decrement('refunded', settled.amount);
      else if (state === 'REFUNDED') await postRefund(tx, charge, settled);
    });
  }

  /**
   * A refund that the provider did after all, in doubt or given up on.
   * @returns false when it is not that attempt's any more, or would exceed the charge
   */
  async refundLate({ key, charge_key, attempt }: RefundRow): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const charge = await lock(tx, charge_key);
      const refund = await tx<RefundRow>('payment.refunds').where({ key, attempt }).first();
      if (!refund || !(inDoubt(refund) || cameToNothing(refund))) return false;
      const unreserved = inDoubt(refund) ? 0 : refund.amount;
      if (charge.refunded + unreserved > charge.amount) return false;
      await tx('payment.charges').where({ key: charge_key }).increment('refunded', unreserved);
      await tx('payment.refunds').where({ key }).update({ state: 'REFUNDED', updated_at: tx.fn.now() });
      await postRefund(tx, charge, refund);
      return true;
    });
  }

  /**
   * What is left of the charge goes to another account in place of the customer's card, by an operator's word.
   * @throws ApplicationFailure `still-in-doubt`: what the provider may yet do would move the money twice
   */
  async closeByHand(
    tx: Knex,
    chargeKey: string,
    into: 'suspense' | 'write-off',
    reason: string,
  ): Promise<void> {
    const charge = await lock(tx, chargeKey);
    const refunds = await tx<RefundRow>('payment.refunds').where({ charge_key: chargeKey });
    if (inDoubt(charge) || refunds.some(inDoubt)) throw refusal('still-in-doubt');
    const amount = charge.state === 'CAPTURED' ? charge.amount - charge.refunded : 0;
    if (amount === 0) return;
    const businessId = businessIdOf(chargeKey);
    const key = `${businessId}/by-hand`;
    const settled = into === 'suspense';
    await tx('payment.charges').where({ key: chargeKey }).increment('refunded', amount);
    await upsertRefund(tx, {
      key,
      charge_key: chargeKey,
      amount,
      state: settled ? 'SETTLED' : 'WRITTEN_OFF',
    });
    const kind = settled ? 'SETTLEMENT' : 'WRITE_OFF';
    await transfer(tx, { key, kind, from: refundsFrom(charge), to: into, amount, businessId, reason });
  }

  async refundsOf(chargeKey: string): Promise<RefundRow[]> {
    return this.db<RefundRow>('payment.refunds').where({ charge_key: chargeKey }).orderBy('key');
  }

  async refund(key: string): Promise<RefundRow | undefined> {
    return this.db<RefundRow>('payment.refunds').where({ key }).first();
  }
}

/** Everything about one charge takes turns here; also what is in doubt must not be reserved twice. */
async function lock(tx: Knex, key: string): Promise<ChargeRow> {
  const charge = await tx<ChargeRow>('payment.charges').where({ key }).forNoKeyUpdate().first();
  if (!charge) throw new Error(`no charge ${key}`);
  return charge;
}

async function upsertRefund(
  tx: Knex,
  refund: Pick<RefundRow, 'key' | 'charge_key' | 'amount' | 'state'>,
): Promise<RefundRow> {
  const { rows } = await tx.raw<{ rows: [RefundRow] }>(
    `INSERT INTO payment.refunds AS r (key, charge_key, amount, state, sent_at)
     VALUES (:key, :charge_key, :amount, :state, clock_timestamp())
     ON CONFLICT (key) DO UPDATE SET state = :state, amount = :amount, attempt = r.attempt + 1,
       sent_at = clock_timestamp(), updated_at = now()
     RETURNING *`,
    refund,
  );
  return rows[0];
}

async function postRefund(tx: Knex, charge: ChargeRow, refund: RefundRow): Promise<void> {
  const byCard = charge.method === 'card';
  await transfer(tx, {
    key: providerKeyOf(refund),
    kind: byCard ? 'REFUND' : 'PURCHASE_REFUND',
    from: refundsFrom(charge),
    to: byCard ? 'provider' : `deposit:${charge.customer}`,
    amount: refund.amount,
    businessId: businessIdOf(charge.key),
  });
}

/** A top-up that is undone has earned nothing. */
const refundsFrom = ({ income }: ChargeRow): Account => (income === 'top-ups' ? 'top-ups' : 'refunds');
