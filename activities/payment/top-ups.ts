import type { Knex } from 'knex';
import type { TopUp, TopUpStatus } from '../../workflows/payment/contract';
import { refusal } from '../refusal';
import { causeBindings, transferring } from './ledger';

const CREDIT = transferring({
  key: ':key',
  kind: "'TOP_UP'",
  from: "'top-ups'",
  to: "'deposit:' || customer",
  amount: 'amount',
  businessId: 'id',
});

/** All SQL of top-ups: one is credited or has failed, whichever is written down first. */
export class TopUps {
  constructor(private readonly db: Knex) {}

  /**
   * What was paid is the customer's deposit from now on.
   * @throws ApplicationFailure `payment-unavailable` when it was refused meanwhile or the time is up
   */
  async credit(order: TopUp): Promise<void> {
    const { id, customer, amount, answerBy } = order;
    const { rowCount } = await this.db.raw<{ rowCount: number }>(
      `WITH credited AS (
         INSERT INTO payment.top_ups (id, customer, amount, status)
         SELECT :id, :customer, :amount, 'CREDITED' WHERE clock_timestamp() < :answerBy
         ON CONFLICT (id) DO NOTHING RETURNING *)
       SELECT ${CREDIT} FROM credited`,
      { id, customer, amount, answerBy: new Date(answerBy), key: creditKey(id), ...causeBindings() },
    );
    if (rowCount === 1) return;
    // A try that was given up on may still be about to commit: the mark waits for it, or keeps it from ever doing so.
    if ((await this.fail(order, 'payment-unavailable')) === 'FAILED') throw refusal('payment-unavailable');
  }

  /**
   * Leaves a mark, so that a late credit comes to nothing; one that stands is left standing.
   * @returns how it now stands
   */
  async fail({ id, customer, amount }: TopUp, failure: string): Promise<TopUpStatus> {
    await this.db('payment.top_ups')
      .insert({ id, customer, amount, status: 'FAILED', failure })
      .onConflict('id')
      .ignore();
    const row = await this.db('payment.top_ups')
      .where({ id })
      .first<{ status: TopUpStatus } | undefined>('status');
    return row?.status ?? 'FAILED';
  }
}

/** Of the transfer that credits a top-up. */
export const creditKey = (id: string) => `${id}/credit`;
