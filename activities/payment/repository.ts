import type { Knex } from 'knex';
import { typeid } from 'typeid-js';

export type ChargeState = 'SENT' | 'CAPTURED' | 'DECLINED' | 'UNKNOWN' | 'NOT_CAPTURED' | 'VOID';
export type RefundState = 'SENT' | 'REFUNDED' | 'REFUSED' | 'UNKNOWN' | 'NOT_REFUNDED';

export interface ChargeRow {
  key: string;
  id: string;
  amount: number;
  state: ChargeState;
  provider_charge_id: string | null;
  sent_at: Date;
}

export interface RefundRow {
  charge_key: string;
  attempt: number;
  amount: number;
  state: RefundState;
  sent_at: Date;
}

/**
 * All SQL of charges and refunds: each is stored by its key before the provider is asked, and after. `sent_at` is
 * the clock's time, not the statement's: one that had waited for a lock would look as if sent long ago.
 */
export class PaymentRepository {
  constructor(private readonly db: Knex) {}

  /** Claims the key for sending. @returns whether it was free, and the charge as it now stands under that key */
  async openCharge(
    key: string,
    customer: string,
    amount: number,
  ): Promise<{ opened: boolean; charge: ChargeRow }> {
    const id = typeid('pay').toString();
    const [mine] = await this.db('payment.charges')
      .insert({ key, id, customer, amount, state: 'SENT', sent_at: this.db.raw('clock_timestamp()') })
      .onConflict('key')
      .ignore()
      .returning<ChargeRow[]>('*');
    return mine ? { opened: true, charge: mine } : { opened: false, charge: await this.charge(key) };
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
   * SENT or UNKNOWN → what became of it.
   * @returns false when it had been settled before, by whoever came first
   */
  async settleCharge(key: string, state: ChargeState, providerChargeId?: string): Promise<boolean> {
    const settled = await this.db('payment.charges')
      .where({ key })
      .whereIn('state', ['SENT', 'UNKNOWN'])
      .update({ state, provider_charge_id: providerChargeId ?? null, updated_at: this.db.fn.now() });
    return settled === 1;
  }

  /** A capture that came after its charge had been given up on: it happened, whatever we thought. */
  async captureLate(key: string, amount: number, providerChargeId: string): Promise<void> {
    await this.db('payment.charges').where({ key }).update({
      state: 'CAPTURED',
      amount,
      provider_charge_id: providerChargeId,
      updated_at: this.db.fn.now(),
    });
  }

  async charge(key: string): Promise<ChargeRow> {
    const row = await this.db<ChargeRow>('payment.charges').where({ key }).first();
    if (!row) throw new Error(`no charge ${key}`);
    return row;
  }

  /**
   * The one refund of a charge, of its whole amount: begun, begun anew after one that came to nothing, or as it stands.
   * @param request who asks; one that was told no opens nothing any more
   */
  async openRefund(
    charge: ChargeRow,
    request: string | null = null,
  ): Promise<{ opened: boolean; refund: RefundRow }> {
    const opened = await this.db.raw<{ rows: RefundRow[] }>(
      `INSERT INTO payment.refunds AS r (charge_key, amount, state, sent_at)
       VALUES (:key, :amount, 'SENT', clock_timestamp())
       ON CONFLICT (charge_key) DO UPDATE
       SET state = 'SENT', attempt = r.attempt + 1, sent_at = clock_timestamp(), updated_at = now()
       WHERE r.state IN ('REFUSED', 'NOT_REFUNDED') AND (:request = ANY (r.refused)) IS NOT TRUE RETURNING *`,
      { key: charge.key, amount: charge.amount, request },
    );
    const [mine] = opened.rows;
    if (mine) return { opened: true, refund: mine };
    const refund = await this.refund(charge.key);
    if (!refund) throw new Error(`no refund of ${charge.key}`);
    return { opened: false, refund };
  }

  /** Closes the refund to a request that has not opened it. @returns the refund as it stands */
  async refuseRefund(charge: ChargeRow, request: string): Promise<RefundRow> {
    const { rows } = await this.db.raw<{ rows: RefundRow[] }>(
      `INSERT INTO payment.refunds AS r (charge_key, amount, state, refused)
       VALUES (:key, :amount, 'NOT_REFUNDED', ARRAY[CAST(:request AS text)])
       ON CONFLICT (charge_key) DO UPDATE SET refused = array_append(r.refused, :request) RETURNING *`,
      { key: charge.key, amount: charge.amount, request },
    );
    if (!rows[0]) throw new Error(`no refund of ${charge.key}`);
    return rows[0];
  }

  /** SENT or UNKNOWN → what became of that attempt. */
  async settleRefund({ charge_key, attempt }: RefundRow, state: RefundState): Promise<void> {
    await this.db('payment.refunds')
      .where({ charge_key, attempt })
      .whereIn('state', ['SENT', 'UNKNOWN'])
      .update({ state, updated_at: this.db.fn.now() });
  }

  async refund(chargeKey: string): Promise<RefundRow | undefined> {
    return this.db<RefundRow>('payment.refunds').where({ charge_key: chargeKey }).first();
  }
}
