import type { Knex } from 'knex';
import type { PayBill } from '../../workflows/payment/contract';
import { chargeKey } from './keys';
import { Overdraft, transfer } from './ledger';

/** All SQL of rentals' bills, which are paid from deposits (seed 004, B3, B5). */
export class Bills {
  constructor(private readonly db: Knex) {}

  /** @returns false when the deposit holds too little: whoever credits it finds the bill among the unpaid ones */
  async pay(bill: PayBill): Promise<boolean> {
    if (await this.takeFee(bill)) return true;
    const { rentalId, customer, fee } = bill;
    await this.db('payment.unpaid_bills')
      .insert({ rental_id: rentalId, customer, amount: fee })
      .onConflict('rental_id')
      .ignore();
    // A credit since the first try has not seen it.
    return this.takeFee(bill);
  }

  /** Rentals whose unpaid bill the customer's deposit, or anyone's, could pay now, the oldest first. */
  async payable(customer?: string): Promise<string[]> {
    const unpaid = this.db({ u: 'payment.unpaid_bills' })
      .join({ a: 'payment.accounts' }, 'a.id', this.db.raw("'deposit:' || u.customer"))
      .whereRaw('u.amount <= a.balance')
      .orderBy('u.since');
    if (customer !== undefined) void unpaid.where('u.customer', customer);
    const rows = await unpaid.select<{ id: string }[]>('u.rental_id AS id');
    return rows.map(({ id }) => id);
  }

  private async takeFee({ rentalId, customer, fee }: PayBill): Promise<boolean> {
    try {
      await this.db.transaction(async (tx) => {
        await tx('payment.unpaid_bills').where({ rental_id: rentalId }).delete();
        await transfer(tx, {
          key: chargeKey(rentalId),
          kind: 'BILL',
          from: `deposit:${customer}`,
          to: 'revenue:bike',
          amount: fee,
          businessId: rentalId,
        });
      });
      return true;
    } catch (error) {
      if (error instanceof Overdraft) return false;
      throw error;
    }
  }
}
