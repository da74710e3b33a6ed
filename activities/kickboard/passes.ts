import type { Knex } from 'knex';
import { type BuyPass, PASS, type PassStatus } from '../../workflows/kickboard/contract';
import { Rows } from '../rows';

/** All SQL of passes. A method that changes something is one transition, safe to run again. */
export class Passes {
  private readonly passes;

  constructor(private readonly db: Knex) {
    this.passes = new Rows(PASS, db);
  }

  /**
   * → READY_FOR_PAY (`pass-opened`), in time.
   * @throws ApplicationFailure `kickboard-unavailable-now` when it was refused meanwhile or the time is up
   */
  async open(order: BuyPass): Promise<void> {
    if (!(await this.passes.open('open', columnsOf(order), order)))
      await this.passes.mustBe(order.id, 'READY_FOR_PAY');
  }

  /**
   * READY_FOR_PAY → AVAILABLE (`pass-bought`), in time and paid.
   * @throws ApplicationFailure `kickboard-unavailable-now` when it was refused meanwhile or the time is up
   */
  async confirm(id: string, paymentId: string): Promise<void> {
    const answerBy = this.db.raw('answer_by');
    await this.passes.changeInTime('confirm', id, answerBy, { payment_id: paymentId }, ['AVAILABLE', 'USED']);
  }

  /**
   * READY_FOR_PAY → FAILED (`pass-refused`). Also where nothing was opened: a late opening comes to nothing.
   * @returns the pass's status afterwards: one that is paid stays
   */
  async fail(order: BuyPass, failure: string): Promise<PassStatus> {
    return this.passes.decide('refuse', columnsOf(order), { failure });
  }
}

const columnsOf = ({ id, customer, type, price, rides, payment, answerBy }: BuyPass) => ({
  id,
  customer,
  type,
  price,
  rides_total: rides,
  rides_left: rides,
  payment_method: payment.method,
  answer_by: new Date(answerBy),
});
