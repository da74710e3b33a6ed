import type { Knex } from 'knex';
import { typeid } from 'typeid-js';
import type { Charge } from '../../workflows/payment/contract';
import { isUnreachable } from '../database';
import { refusal } from '../refusal';
import type { ChargeRow, ChargeState } from './charge';
import { businessIdOf, chargeKey, refundKey, UNDO } from './keys';
import { parkLate } from './late';
import { causeBindings, isOverdraft, transferring } from './ledger';

const POSTED = { key: 'key', amount: 'amount', businessId: ':businessId' };
const CAPTURE = transferring({ ...POSTED, kind: "'CAPTURE'", from: "'provider'", to: 'income' });
const PURCHASE = transferring({
  ...POSTED,
  kind: "'PURCHASE'",
  from: "'deposit:' || customer",
  to: 'income',
});

/**
 * All SQL of charges: each is stored by its key before the provider is asked, and after, and what moved is posted to the
 * ledger in the same transaction. `sent_at` is the clock's time, not the statement's: one that had waited for a lock
 * would look as if sent long ago.
 */
export class Charges {
  constructor(protected readonly db: Knex) {}

  /** Claims the key for sending. @returns whether it was free, and the charge as it now stands under that key */
  async openCharge(order: Charge): Promise<{ opened: boolean; charge: ChargeRow }> {
    const {
      rows: [mine],
    } = await this.insertion(order, 'SENT');
    if (mine) return { opened: true, charge: mine };
    const charge = await this.findCharge(chargeKey(order.for));
    if (!charge) throw refusal('payment-unavailable');
    return { opened: false, charge };
  }

  /**
   * Claims the key for sending, once more where it came to nothing or nobody knows what came of it. What is decided
   * stays.
   * @returns the charge as it now stands, and as it stood; undefined when it is new
   */
  async openChargeAgain(order: Charge): Promise<{ charge: ChargeRow; before: ChargeState | undefined }> {
    const { opened, charge } = await this.openCharge(order);
    if (opened) return { charge, before: undefined };
    const { rows } = await this.db.raw<{ rows: (ChargeRow & { before: ChargeState })[] }>(
      `UPDATE payment.charges c SET tries = c.tries + 1, sent_at = clock_timestamp(), updated_at = now(),
         state = CASE c.state WHEN 'NOT_CAPTURED' THEN 'SENT' ELSE c.state END
       FROM (SELECT key, state FROM payment.charges WHERE key = ? FOR UPDATE) was
       WHERE c.key = was.key AND c.state IN ('SENT', 'UNKNOWN', 'NOT_CAPTURED') RETURNING c.*, was.state AS before`,
      [charge.key],
    );
    const [mine] = rows;
    if (mine) return { charge: mine, before: mine.before };
    const now = await this.charge(charge.key);
    return { charge: now, before: now.state };
  }

  /**
   * Pays from the deposit, in one transaction.
   * @returns the charge as it stands under its key; undefined where the database could not be asked for it
   */
  async payFromDeposit(order: Charge): Promise<ChargeRow | undefined> {
    const key = chargeKey(order.for);
    try {
      await this.db.raw(`WITH charge AS (:charge) SELECT ${PURCHASE} FROM charge`, {
        charge: this.insertion(order, 'CAPTURED'),
        businessId: order.for,
        ...causeBindings(),
      });
    } catch (error) {
      if (isUnreachable(error)) return undefined;
      if (!isOverdraft(error)) throw error;
      await this.insertion(order, 'DECLINED');
    }
    return this.findCharge(key);
  }

  /**
   * Does nothing where the key is taken, nor where it is too late by the clock that decides afterwards whether what is
   * paid for came about in time: nothing is charged only to go back.
   */
  private insertion(
    { for: id, customer, amount, income, by: { method }, answerBy }: Charge,
    state: ChargeState,
  ) {
    return this.db.raw<{ rows: ChargeRow[] }>(
      `INSERT INTO payment.charges (key, id, customer, amount, income, method, state, sent_at)
       SELECT :key, :id, :customer, :amount, :income, :method, :state, clock_timestamp()
       WHERE clock_timestamp() < :answerBy
       ON CONFLICT (key) DO NOTHING RETURNING *`,
      {
        ...{ key: chargeKey(id), id: typeid('pay').toString(), customer, amount, income, method, state },
        answerBy: new Date(answerBy),
      },
    );
  }

  /** Closes the key to any charge that has not been sent, or came to nothing. @returns the charge as it stands */
  async voidCharge(key: string): Promise<ChargeRow> {
    await this.db('payment.charges')
      .insert({ key, id: typeid('pay').toString(), state: 'VOID' })
      .onConflict('key')
      .merge({ state: 'VOID', updated_at: this.db.fn.now() })
      .where('charges.state', 'NOT_CAPTURED');
    return this.charge(key);
  }

  /**
   * SENT or UNKNOWN → what became of it; a capture is posted.
   * @returns false when it had been settled before, by whoever came first
   */
  async settleCharge(key: string, state: ChargeState, providerChargeId?: string): Promise<boolean> {
    return this.settled(key, state, { providerChargeId });
  }

  /**
   * SENT or UNKNOWN → NOT_CAPTURED, where a try certainly was not sent.
   * @returns false when it had been settled before, or tried again since: then something else may have been sent
   */
  async chargeNotSent({ key, tries }: ChargeRow): Promise<boolean> {
    return this.settled(key, 'NOT_CAPTURED', { tries });
  }

  private async settled(
    key: string,
    state: ChargeState,
    { providerChargeId, tries }: { providerChargeId?: string | undefined; tries?: number },
  ): Promise<boolean> {
    const { rowCount } = await this.db.raw<{ rowCount: number }>(
      `WITH settled AS (
         UPDATE payment.charges SET state = :state, provider_charge_id = :providerChargeId, updated_at = now()
         WHERE key = :key AND state IN ('SENT', 'UNKNOWN') AND tries = COALESCE(CAST(:tries AS integer), tries)
         RETURNING *)
       SELECT CASE state WHEN 'CAPTURED' THEN ${CAPTURE} END FROM settled`,
      {
        key,
        state,
        providerChargeId: providerChargeId ?? null,
        tries: tries ?? null,
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
      const refund = refundKey(businessIdOf(key), UNDO);
      await parkLate(tx, { key: refund, kind: 'LATE_CAPTURE', amount: captured.amount });
      await tx.raw(`SELECT ${CAPTURE} FROM payment.charges WHERE key = :ofKey`, {
        ofKey: key,
        businessId: businessIdOf(key),
        ...causeBindings(),
      });
    });
  }

  /** Whether a capture came after its charge had been given up on: it goes back by itself, or has. */
  async cameLate(key: string): Promise<boolean> {
    const parked = this.db('payment.parked').where({ key: refundKey(businessIdOf(key), UNDO) });
    return (await parked.first<object | undefined>('key')) !== undefined;
  }

  async charge(key: string): Promise<ChargeRow> {
    const row = await this.findCharge(key);
    if (!row) throw new Error(`no charge ${key}`);
    return row;
  }

  async findCharge(key: string): Promise<ChargeRow | undefined> {
    return this.db<ChargeRow>('payment.charges').where({ key }).first();
  }
}
