import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import type { Charge } from '../../workflows/payment/contract';
import { refusal } from '../refusal';
import {
  cameToNothing,
  type ChargeRow,
  type ChargeState,
  ExceedsCharge,
  inDoubt,
  providerKeyOf,
  type RefundRow,
  type RefundState,
} from './charge';
import { businessIdOf, chargeKey, refundKey, UNDO } from './keys';
import { type Account, causeBindings, isOverdraft, transfer, transferring } from './ledger';

/** A part of a charge that goes back. */
interface Part {
  /** Of the refund: business id and step. */
  key: string;
  /** Whole KRW; all that is left of the charge unless said. */
  amount?: number | undefined;
  /** Who asks; one that was told no opens nothing any more. */
  request?: string;
}

const POSTED = { key: 'key', amount: 'amount', businessId: ':businessId' };
const CAPTURE = transferring({ ...POSTED, kind: "'CAPTURE'", from: "'provider'", to: 'income' });
const PURCHASE = transferring({
  ...POSTED,
  kind: "'PURCHASE'",
  from: "'deposit:' || customer",
  to: 'income',
});

/**
 * All SQL of charges and refunds: each is stored by its key before the provider is asked, and after, and what moved
 * is posted to the ledger in the same transaction. `sent_at` is the clock's time, not the statement's: one that had
 * waited for a lock would look as if sent long ago.
 */
export class PaymentRepository {
  constructor(private readonly db: Knex) {}

  /** Claims the key for sending. @returns whether it was free, and the charge as it now stands under that key */
  async openCharge(order: Charge): Promise<{ opened: boolean; charge: ChargeRow }> {
    const [mine] = await this.insertion(order, 'SENT');
    if (mine) return { opened: true, charge: mine };
    return { opened: false, charge: await this.charge(chargeKey(order.for)) };
  }

  /** Pays from the deposit, in one transaction. @returns the charge as it stands under its key */
  async payFromDeposit(order: Charge): Promise<ChargeRow> {
    const key = chargeKey(order.for);
    try {
      await this.db.raw(`WITH charge AS (:charge) SELECT ${PURCHASE} FROM charge`, {
        charge: this.insertion(order, 'CAPTURED'),
        businessId: order.for,
        ...causeBindings(),
      });
    } catch (error) {
      if (!isOverdraft(error)) throw error;
      await this.insertion(order, 'DECLINED');
    }
    return this.charge(key);
  }

  /** Does nothing where the key is taken. */
  private insertion({ for: id, customer, amount, income, by: { method } }: Charge, state: ChargeState) {
    const charge = { key: chargeKey(id), id: typeid('pay').toString(), customer, amount };
    return this.db('payment.charges')
      .insert({ ...charge, income, method, state, sent_at: this.db.raw('clock_timestamp()') })
      .onConflict('key')
      .ignore()
      .returning<ChargeRow[]>('*');
  }

  /** Closes the key to any charge that has not been sent. @returns the charge as it stands */
  async voidCharge(key: string): Promise<ChargeRow> {
    await this.db('payment.charges')
      .insert({ key, id: typeid('pay').toString(), state: 'VOID' })
      .onConflict('key')
      .ignore();
    return this.charge(key);
  }

  /**
   * SENT or UNKNOWN → what became of it; a capture is posted.
   * @returns false when it had been settled before, by whoever came first
   */
  async settleCharge(key: string, state: ChargeState, providerChargeId?: string): Promise<boolean> {
    const { rowCount } = await this.db.raw<{ rowCount: number }>(
      `WITH settled AS (
         UPDATE payment.charges SET state = :state, provider_charge_id = :providerChargeId, updated_at = now()
         WHERE key = :key AND state IN ('SENT', 'UNKNOWN') RETURNING *)
       SELECT CASE state WHEN 'CAPTURED' THEN ${CAPTURE} END FROM settled`,
      {
        key,
        state,
        providerChargeId: providerChargeId ?? null,
        businessId: businessIdOf(key),
        ...causeBindings(),
      },
    );
    return rowCount === 1;
  }

  /**
   * A capture that came after its charge had been given up on: it happened, whatever we thought. That it has to go
   * back is written down with it, since its saga may have ended.
   */
  async captureLate(key: string, providerChargeId: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const [captured] = await tx('payment.charges')
        .where({ key })
        .whereNot({ state: 'CAPTURED' })
        .update({ state: 'CAPTURED', provider_charge_id: providerChargeId, updated_at: tx.fn.now() })
        .returning<ChargeRow[]>('*');
      if (!captured) return;
      await tx.raw(
        `INSERT INTO payment.parked AS p (key, id, kind, business_id, workflow_id, amount, state, error)
         VALUES (:key, :id, 'LATE_CAPTURE', :businessId, :id, :amount, 'FAILING', 'captured after it was given up on')
         ON CONFLICT (key) DO UPDATE SET kind = 'LATE_CAPTURE', id = :id, workflow_id = :id, state = 'FAILING',
           amount = :amount, failing_since = now(), failures = 1, parked_at = NULL, ended_at = NULL
         WHERE p.ended_at IS NOT NULL`,
        {
          key: refundKey(businessIdOf(key), UNDO),
          id: typeid('prk').toString(),
          businessId: businessIdOf(key),
          amount: captured.amount,
        },
      );
      await tx.raw(`SELECT ${CAPTURE} FROM payment.charges WHERE key = :ofKey`, {
        ofKey: key,
        businessId: businessIdOf(key),
        ...causeBindings(),
      });
    });
  }

  async charge(key: string): Promise<ChargeRow> {
    const row = await this.findCharge(key);
    if (!row) throw new Error(`no charge ${key}`);
    return row;
  }

  async findCharge(key: string): Promise<ChargeRow | undefined> {
    return this.db<ChargeRow>('payment.charges').where({ key }).first();
  }

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
