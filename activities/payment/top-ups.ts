import type { Knex } from 'knex';
import type { TopUp, TopUpStatus } from '../../workflows/payment/contract';
import { refusal } from '../refusal';
import { transfer } from './ledger';

interface TopUpRow {
  id: string;
  customer: string;
  amount: number;
  status: TopUpStatus;
  failure: string | null;
}

/** All SQL of top-ups: one is credited or has failed, whichever is written down first. */
export class TopUps {
  constructor(private readonly db: Knex) {}

  /**
   * What was paid is the customer's deposit from now on.
   * @throws ApplicationFailure `payment-unavailable` when it was refused meanwhile or the time is up
   */
  async credit({ id, customer, amount, answerBy }: TopUp): Promise<void> {
    await this.db.transaction(async (tx) => {
      const { rowCount } = await tx.raw<{ rowCount: number }>(
        `INSERT INTO payment.top_ups (id, customer, amount, status)
         SELECT :id, :customer, :amount, 'CREDITED' WHERE clock_timestamp() < :answerBy
         ON CONFLICT (id) DO NOTHING`,
        { id, customer, amount, answerBy: new Date(answerBy) },
      );
      if (rowCount === 1)
        await transfer(tx, {
          key: creditKey(id),
          kind: 'TOP_UP',
          from: 'top-ups',
          to: `deposit:${customer}`,
          amount,
          businessId: id,
        });
      else if ((await find(tx, id))?.status !== 'CREDITED') throw refusal('payment-unavailable');
    });
  }

  /** Leaves a mark, so that a late credit comes to nothing. @returns what it is: one that stands is left standing */
  async fail({ id, customer, amount }: TopUp, failure: string): Promise<TopUpStatus> {
    await this.db('payment.top_ups')
      .insert({ id, customer, amount, status: 'FAILED', failure })
      .onConflict('id')
      .ignore();
    return (await find(this.db, id))?.status ?? 'FAILED';
  }
}

/** Of the transfer that credits a top-up. */
export const creditKey = (id: string) => `${id}/credit`;

const find = async (db: Knex, id: string) => db<TopUpRow>('payment.top_ups').where({ id }).first();
