import type { Knex } from 'knex';
import type { Conversion, CreditStatus, TopUp } from '../../workflows/payment/contract';
import { refusal } from '../refusal';
import { type Account, causeBindings, transferring, type TransferKind } from './ledger';

interface Origin {
  table: string;
  kind: TransferKind;
  /** Where what is credited comes from. */
  from: Account;
}

/** Paid by card, and the customer's from now on. */
export const TOP_UPS: Origin = { table: 'payment.top_ups', kind: 'TOP_UP', from: 'top-ups' };
/** Points that have become money (B7). */
export const CONVERSIONS: Origin = { table: 'payment.conversions', kind: 'CONVERSION', from: 'points' };

/** All SQL of what raises a deposit: each is credited or has failed, whichever is written down first. */
export class Credits {
  constructor(
    private readonly db: Knex,
    private readonly origin: Origin,
  ) {}

  /** @throws ApplicationFailure `payment-unavailable` when it was refused meanwhile or the time is up */
  async credit(order: TopUp | Conversion): Promise<void> {
    const { id, customer, amount, answerBy } = order;
    const { table, kind, from } = this.origin;
    const transfer = transferring({
      key: ':key',
      kind: `'${kind}'`,
      from: `'${from}'`,
      to: "'deposit:' || customer",
      amount: 'amount',
      businessId: 'id',
    });
    const { rowCount } = await this.db.raw<{ rowCount: number }>(
      `WITH credited AS (
         INSERT INTO :table: (id, customer, amount, status)
         SELECT :id, :customer, :amount, 'CREDITED' WHERE clock_timestamp() < :answerBy
         ON CONFLICT (id) DO NOTHING RETURNING *)
       SELECT ${transfer} FROM credited`,
      { table, id, customer, amount, answerBy: new Date(answerBy), key: creditKey(id), ...causeBindings() },
    );
    if (rowCount === 1) return;
    // A try that was given up on may still be about to commit: the mark waits for it, or keeps it from ever doing so.
    if ((await this.fail(order, 'payment-unavailable')) === 'FAILED') throw refusal('payment-unavailable');
  }

  /**
   * Leaves a mark, so that a late credit comes to nothing; one that stands is left standing.
   * @returns how it now stands
   */
  async fail({ id, customer, amount }: TopUp | Conversion, failure: string): Promise<CreditStatus> {
    const { table } = this.origin;
    await this.db(table)
      .insert({ id, customer, amount, status: 'FAILED', failure })
      .onConflict('id')
      .ignore();
    const row = await this.db(table).where({ id }).first<{ status: CreditStatus } | undefined>('status');
    return row?.status ?? 'FAILED';
  }
}

/** Of the transfer that credits. */
export const creditKey = (id: string) => `${id}/credit`;
