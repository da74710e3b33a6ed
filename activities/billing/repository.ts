import type { Knex } from 'knex';
import { type Assessed, BILL, billIdOf, type OpenBill, type Tariff } from '../../workflows/billing/contract';
import { feeOf, minutesOf } from '../../workflows/billing/policy';
import { Rows } from '../rows';

/** All SQL of bills. A method that changes something is one transition, safe to run again. */
export class BillingRepository {
  private readonly bills;

  constructor(private readonly db: Knex) {
    this.bills = new Rows(BILL, db);
  }

  /** → OPEN (`opened`): one bill a rental (B3). */
  async open({ rentalId, customer, tariff }: OpenBill): Promise<void> {
    await this.bills.upsert('open', { id: billIdOf(rentalId), rental_id: rentalId, customer, tariff });
  }

  /** What the rental came to, by the tariff of its bill (B4); said once (`assessed`). */
  async assess(rentalId: string, from: number, to: number): Promise<Assessed> {
    const bill = await this.bill(rentalId);
    const minutes = minutesOf(from, to);
    await this.db('billing.bills')
      .where({ rental_id: rentalId, fee: null })
      .update({
        started_at: new Date(from),
        ended_at: new Date(to),
        minutes,
        fee: feeOf(minutes, bill.tariff),
        updated_at: this.db.fn.now(),
      });
    const { minutes: ridden, fee } = await this.bill(rentalId);
    if (ridden === null || fee === null) throw new Error(`no fee of ${rentalId}`);
    return { minutes: ridden, fee };
  }

  /** OPEN → UNPAID (`unpaid`): the deposit holds too little (B5). */
  async leaveUnpaid(rentalId: string): Promise<void> {
    await this.bills.change('leaveUnpaid', billIdOf(rentalId));
  }

  /** OPEN, UNPAID → CLOSED (`closed`) */
  async close(rentalId: string): Promise<void> {
    await this.bills.change('close', billIdOf(rentalId));
  }

  private async bill(rentalId: string): Promise<Bill> {
    const bill = await this.db('billing.bills')
      .where({ rental_id: rentalId })
      .first<Bill | undefined>('tariff', 'minutes', 'fee');
    if (!bill) throw new Error(`no bill of ${rentalId}`);
    return bill;
  }
}

interface Bill {
  tariff: Tariff;
  minutes: number | null;
  fee: number | null;
}
