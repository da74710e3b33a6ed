import type { Knex } from 'knex';
import type { BuyPass, PassStatus } from '../../workflows/kickboard/contract';
import { refusal } from '../refusal';

/** All SQL of passes. A method that changes something is one transition, safe to run again. */
export class Passes {
  constructor(private readonly db: Knex) {}

  /**
   * → READY_FOR_PAY, in time.
   * @throws ApplicationFailure `kickboard-unavailable-now` when it was refused meanwhile or the time is up
   */
  async open(order: BuyPass): Promise<void> {
    const { rowCount } = await this.db.raw<{ rowCount: number }>(
      `INSERT INTO kickboard.passes
         (id, customer, type, price, rides_total, rides_left, status, payment_method, answer_by)
       SELECT :id, :customer, :type, :price, :rides, :rides, 'READY_FOR_PAY', :method, :answerBy
       WHERE clock_timestamp() < :answerBy
       ON CONFLICT (id) DO NOTHING`,
      bindingsOf(order),
    );
    if (rowCount === 0 && (await this.statusOf(order.id)) !== 'READY_FOR_PAY') throw refusal(UNAVAILABLE);
  }

  /**
   * READY_FOR_PAY → AVAILABLE, in time and paid.
   * @throws ApplicationFailure `kickboard-unavailable-now` when it was refused meanwhile or the time is up
   */
  async confirm(id: string, paymentId: string): Promise<void> {
    const confirmed = await this.db('kickboard.passes')
      .where({ id, status: 'READY_FOR_PAY' })
      .whereRaw('clock_timestamp() < answer_by')
      .update({ status: 'AVAILABLE', payment_id: paymentId, updated_at: this.db.fn.now() });
    if (confirmed === 0 && !isPaid(await this.statusOf(id))) throw refusal(UNAVAILABLE);
  }

  /**
   * READY_FOR_PAY → FAILED. Leaves a mark even where nothing was opened, so that a late opening comes to nothing.
   * @returns the pass's status afterwards: one that is paid stays
   */
  async fail(order: BuyPass, failure: string): Promise<PassStatus> {
    await this.db.raw(
      `INSERT INTO kickboard.passes AS p
         (id, customer, type, price, rides_total, rides_left, status, payment_method, answer_by, failure)
       VALUES (:id, :customer, :type, :price, :rides, :rides, 'FAILED', :method, :answerBy, :failure)
       ON CONFLICT (id) DO UPDATE SET status = 'FAILED', failure = :failure, updated_at = now()
       WHERE p.status = 'READY_FOR_PAY'`,
      { ...bindingsOf(order), failure },
    );
    return (await this.statusOf(order.id)) ?? 'FAILED';
  }

  /** How it stands once nobody is at it any more: a try that was given up on may still be about to commit. */
  private async statusOf(id: string): Promise<PassStatus | undefined> {
    const row = await this.db('kickboard.passes')
      .where({ id })
      .forUpdate()
      .first<{ status: PassStatus } | undefined>('status');
    return row?.status;
  }
}

const UNAVAILABLE = 'kickboard-unavailable-now';
const isPaid = (status: PassStatus | undefined) => status === 'AVAILABLE' || status === 'USED';

const bindingsOf = ({ id, customer, type, price, rides, payment, answerBy }: BuyPass) => ({
  id,
  customer,
  type,
  price,
  rides,
  method: payment.method,
  answerBy: new Date(answerBy),
});
