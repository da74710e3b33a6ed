import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import { connect } from '../activities/database';
import type { Config } from '../config';

/** What was to be paid for, as its own table has it. */
export interface Thing {
  id: string;
  customer: string;
  /** Whole KRW. */
  amount: number;
  status: string;
}

const IN_DOUBT = ['SENT', 'UNKNOWN'];

/** Whether what was paid for is the customer's. */
export const stands = ({ status }: Thing): boolean =>
  status === 'CREDITED' || status === 'BOOKED' || status === 'COLLECTED';

/** Reads what is on record of a drill; changes nothing. */
export class Bookkeeper {
  private readonly payment: Knex;
  private readonly movie: Knex;

  /** @param drill with which its customers' names begin */
  constructor(
    config: Config,
    private readonly client: Client,
    private readonly drill: string,
  ) {
    this.payment = connect(config.databases.payment, 2, { name: 'haru drill' });
    this.movie = connect(config.databases.movie, 1, { name: 'haru drill' });
  }

  /** How many charges of the drill were sent to the provider, or decided. */
  async charged(): Promise<number> {
    const { rows } = await this.payment.raw<{ rows: [{ n: number }] }>(
      `SELECT count(*) AS n FROM payment.charges
       WHERE customer LIKE ? AND state IN ('SENT', 'UNKNOWN', 'CAPTURED', 'DECLINED')`,
      [`${this.drill}-%`],
    );
    return rows[0].n;
  }

  /** Keys of charges and refunds whose outcome is not known. */
  async inDoubt(): Promise<string[]> {
    const charges = await this.payment('payment.charges').whereIn('state', IN_DOUBT).pluck<string[]>('key');
    const refunds = await this.payment('payment.refunds').whereIn('state', IN_DOUBT).pluck<string[]>('key');
    return [...charges, ...refunds];
  }

  /** Business ids of the drill that are pending, or whose money keeps failing to go back. */
  async unsettled(): Promise<string[]> {
    const things = await this.things();
    const failing = await this.payment('payment.parked')
      .whereNull('ended_at')
      .whereIn(
        'business_id',
        things.map(({ id }) => id),
      )
      .pluck<string[]>('business_id');
    const pending = things.filter(({ status }) => status === 'PENDING').map(({ id }) => id);
    return [...new Set([...pending, ...failing])];
  }

  /** Sagas of the drill that have not ended; a booking's lives as long as the booking stands. */
  async openSagas(): Promise<number> {
    const query = `WorkflowType IN ('topUp', 'bookSeats') AND ExecutionStatus = 'Running' AND HaruCustomer STARTS_WITH '${this.drill}-'`;
    const { count } = await this.client.workflow.count(query);
    return count - (await this.things()).filter(({ status }) => status === 'BOOKED').length;
  }

  /** Of this drill's customers. */
  async things(): Promise<Thing[]> {
    const ours = ['customer', 'like', `${this.drill}-%`] as const;
    const topUps = await this.payment('payment.top_ups')
      .where(...ours)
      .select<Thing[]>('id', 'customer', 'amount', 'status');
    const bookings = await this.movie('movie.bookings')
      .where(...ours)
      .select<Thing[]>('id', 'customer', 'total_price as amount', 'status');
    return [...topUps, ...bookings];
  }

  async close(): Promise<void> {
    await Promise.all([this.payment.destroy(), this.movie.destroy()]);
  }
}
