import type { Knex } from 'knex';
import { refusal } from '../refusal';
import {
  cameToNothing,
  type ChargeRow,
  ExceedsCharge,
  IN_DOUBT,
  inDoubt,
  providerKeyOf,
  type RefundRow,
  refundsFrom,
  type RefundState,
} from './charge';
import { Charges } from './charges';
import { failRefund } from './failed-refund';
import { businessIdOf, refundKey, UNDO } from './keys';
import { parkLate } from './late';
import { BY_HAND, type ByHand, transfer } from './ledger';

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

  /** Whether an attempt may still be sent: it is neither settled nor given up on. From now on it counts as just sent. */
  async maySendRefund({ key, attempt }: RefundRow): Promise<boolean> {
    const rows = await this.db('payment.refunds')
      .where({ key, attempt })
      .whereIn('state', IN_DOUBT)
      .update({ sent_at: this.db.raw('clock_timestamp()') });
    return rows === 1;
  }

  /**
   * SENT or UNKNOWN → what became of that attempt; done is posted, and what came to nothing can be refunded again.
   * @returns false when it had been settled before, by whoever came first
   */
  async settleRefund({ key, charge_key, attempt }: RefundRow, state: RefundState): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const charge = await lock(tx, charge_key);
      const [settled] = await tx('payment.refunds')
        .where({ key, attempt })
        .whereIn('state', IN_DOUBT)
        .update({ state, updated_at: tx.fn.now() })
        .returning<RefundRow[]>('*');
      if (!settled) return false;
      if (cameToNothing(settled))
        await tx('payment.charges').where({ key: charge_key }).decrement('refunded', settled.amount);
      else if (state === 'REFUNDED') await postRefund(tx, charge, settled);
      return true;
    });
  }

  /**
   * Any state but done → REFUNDED: the provider made that attempt after all, the last one or one before it. Where a
   * customer's refund had been given up on, what it was for may still stand: somebody has to see to that (P6).
   * @returns false while a later attempt is in doubt, when another one was made, or when it would exceed the charge
   */
  async refundLate({ charge_key, key, attempt, amount }: RefundRow): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const charge = await lock(tx, charge_key);
      const refund = await tx<RefundRow>('payment.refunds').where({ key, amount }).first();
      // One that was made and has failed since is booked as such.
      if (!refund || refund.state === 'FAILED' || attempt > refund.attempt) return false;
      if (!cameToNothing(refund) && !(inDoubt(refund) && attempt === refund.attempt)) return false;
      const unreserved = inDoubt(refund) ? 0 : amount;
      if (charge.refunded + unreserved > charge.amount) return false;
      await tx('payment.charges').where({ key: charge_key }).increment('refunded', unreserved);
      await tx('payment.refunds')
        .where({ key })
        .update({ attempt, state: 'REFUNDED', updated_at: tx.fn.now() });
      await postRefund(tx, charge, { ...refund, attempt });
      if (cameToNothing(refund) && key !== refundKey(businessIdOf(key), UNDO))
        await parkLate(tx, { key, kind: 'LATE_REFUND', amount });
      return true;
    });
  }

  /**
   * What is left of the charge goes to another account in place of the customer's card, by an operator's word.
   * @throws ApplicationFailure `still-in-doubt`: what the provider may yet do would move the money twice
   */
  async closeByHand(tx: Knex, chargeKey: string, into: ByHand, reason: string): Promise<void> {
    const charge = await lock(tx, chargeKey);
    const refunds = await tx<RefundRow>('payment.refunds').where({ charge_key: chargeKey });
    if (inDoubt(charge) || refunds.some(inDoubt)) throw refusal('still-in-doubt');
    const amount = charge.state === 'CAPTURED' ? charge.amount - charge.refunded : 0;
    if (amount === 0) return;
    const businessId = businessIdOf(chargeKey);
    const key = `${businessId}/by-hand`;
    await tx('payment.charges').where({ key: chargeKey }).increment('refunded', amount);
    await upsertRefund(tx, {
      key,
      charge_key: chargeKey,
      amount,
      state: into === 'suspense' ? 'SETTLED' : 'WRITTEN_OFF',
    });
    const kind = BY_HAND[into];
    await transfer(tx, { key, kind, from: refundsFrom(charge), to: into, amount, businessId, reason });
  }

  /** A refund that came late, for a thing that its customer has: it counts as paid all the same, by an operator's word. */
  async makeGood(tx: Knex, refundKey: string, from: ByHand, reason: string): Promise<void> {
    const refund = await tx<RefundRow>('payment.refunds').where({ key: refundKey }).first();
    if (!refund) throw new Error(`no refund ${refundKey}`);
    const { amount, charge_key } = refund;
    const charge = await lock(tx, charge_key);
    await tx('payment.charges').where({ key: charge_key }).increment('made_good', amount);
    await transfer(tx, {
      key: `${refundKey}/by-hand`,
      kind: BY_HAND[from],
      from,
      to: refundsFrom(charge),
      amount,
      businessId: businessIdOf(charge_key),
      reason,
    });
  }

  /** REFUNDED → FAILED, by the provider's own doing. @returns whether an operator has to see to it */
  async failRefund(refund: RefundRow): Promise<boolean> {
    return this.db.transaction(async (tx) => failRefund(tx, await lock(tx, refund.charge_key), refund));
  }

  async isWrittenOff(chargeKey: string): Promise<boolean> {
    const row = await this.db('payment.refunds')
      .where({ charge_key: chargeKey, state: 'WRITTEN_OFF' })
      .first<object | undefined>('key');
    return row !== undefined;
  }

  async refundsOf(chargeKey: string): Promise<RefundRow[]> {
    return this.db<RefundRow>('payment.refunds').where({ charge_key: chargeKey }).orderBy('key');
  }

  async refund(key: string): Promise<RefundRow | undefined> {
    return this.db<RefundRow>('payment.refunds').where({ key }).first();
  }

  /**
   * The refund that the provider has under that key, with the attempt that the key names: it may have been begun anew since.
   * @returns undefined where none of ours was sent so
   */
  async refundSentAs(sent: {
    key: string;
    chargeId: string;
    amount: number;
  }): Promise<RefundRow | undefined> {
    const [, key, attempt] = /^(.+)\/(\d+)$/.exec(sent.key) ?? [];
    const refund = key === undefined ? undefined : await this.refund(key);
    if (refund?.amount !== sent.amount || Number(attempt) > refund.attempt) return undefined;
    const charge = await this.charge(refund.charge_key);
    return charge.provider_charge_id === sent.chargeId ? { ...refund, attempt: Number(attempt) } : undefined;
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
