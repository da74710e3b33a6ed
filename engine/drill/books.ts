import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import { connect } from '../../activities/database';
import { businessIdOf } from '../../activities/payment/keys';
import type { TransferKind } from '../../activities/payment/ledger';
import type { PaymentProvider, StatementLine } from '../../activities/payment/provider';
import { simulatorProvider } from '../../activities/payment/provider-simulator';
import type { Config } from '../../config';

/** What was to be paid for, as its own table has it. */
export interface Thing {
  id: string;
  customer: string;
  /** Whole KRW. */
  amount: number;
  /** 'none' for a charge that has no row of its own thing. */
  status: string;
}

export interface Movement {
  key: string;
  kind: TransferKind;
  amount: number;
  business_id: string;
}

/** Everything that is written down about money, by us and by the provider. */
export interface Books {
  /** The whole of it. */
  statement: StatementLine[];
  /** What the whole ledger says that charges and refunds have moved. */
  movements: Movement[];
  /** Of all accounts together. */
  sum: number;
  /** Of this drill's customers. */
  things: Thing[];
}

const OF_CHARGES: readonly TransferKind[] = ['CAPTURE', 'REFUND', 'PURCHASE', 'PURCHASE_REFUND'];
const IN_DOUBT = ['SENT', 'UNKNOWN'];

/** Whether what was paid for is the customer's. */
export const stands = ({ status }: Thing): boolean =>
  status === 'CREDITED' || status === 'BOOKED' || status === 'COLLECTED';

/** By business id, whole KRW: what of its charge is kept. */
export function kept(movements: readonly Movement[]): Map<string, number> {
  const kept = new Map<string, number>();
  for (const { business_id: id, kind, amount } of movements) {
    const sign = kind === 'CAPTURE' || kind === 'PURCHASE' ? 1 : -1;
    kept.set(id, (kept.get(id) ?? 0) + sign * amount);
  }
  return kept;
}

/** Reads where the truth about money is written down; changes nothing. */
export class Bookkeeper {
  private readonly payment: Knex;
  private readonly movie: Knex;
  private readonly provider: PaymentProvider;

  /** @param drill with which its customers' names begin */
  constructor(
    config: Config,
    private readonly client: Client,
    private readonly drill: string,
  ) {
    this.payment = connect(config.databases.payment, 2);
    this.movie = connect(config.databases.movie, 1);
    this.provider = simulatorProvider(config.provider.url, config.provider.limitMs);
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

  /** Keys of charges and refunds of which nobody here knows what became of them. */
  async inDoubt(): Promise<string[]> {
    const charges = await this.payment('payment.charges').whereIn('state', IN_DOUBT).pluck<string[]>('key');
    const refunds = await this.payment('payment.refunds').whereIn('state', IN_DOUBT).pluck<string[]>('key');
    return [...charges, ...refunds];
  }

  /** Business ids of the drill that are not as they are to stay: undecided, or money held for nothing. */
  async unsettled(): Promise<string[]> {
    const things = await this.things();
    const movements = await this.payment('payment.transfers')
      .whereIn('kind', OF_CHARGES)
      .whereIn(
        'business_id',
        this.payment('payment.charges')
          .where('customer', 'like', `${this.drill}-%`)
          .select(this.payment.raw(`split_part(key, '/', 1)`)),
      )
      .select<Movement[]>('key', 'kind', 'amount', 'business_id');
    const held = kept(movements);
    const failing = await this.payment('payment.parked')
      .whereIn('state', ['FAILING', 'NEEDS_OPERATOR'])
      .whereIn(
        'business_id',
        things.map(({ id }) => id),
      )
      .pluck<string[]>('business_id');
    const open = things.filter(
      (thing) => thing.status === 'PENDING' || (!stands(thing) && (held.get(thing.id) ?? 0) !== 0),
    );
    return [...new Set([...open.map(({ id }) => id), ...failing])];
  }

  /** Top-ups of the drill whose sagas have not ended; a booking's lives as long as the booking. */
  async openSagas(): Promise<number> {
    const query = `WorkflowType = 'topUp' AND ExecutionStatus = 'Running' AND HaruCustomer STARTS_WITH '${this.drill}-'`;
    return (await this.client.workflow.count(query)).count;
  }

  async read(): Promise<Books> {
    const statement: StatementLine[] = [];
    for (let [cursor, more]: [string | null, boolean] = [null, true]; more;) {
      const page = await this.provider.statement(cursor);
      statement.push(...page.lines);
      [cursor, more] = [page.cursor, page.more];
    }
    const movements = await this.payment('payment.transfers')
      .whereIn('kind', OF_CHARGES)
      .select<Movement[]>('key', 'kind', 'amount', 'business_id');
    const { rows } = await this.payment.raw<{ rows: [{ sum: string }] }>(
      'SELECT coalesce(sum(balance), 0) AS sum FROM payment.accounts',
    );
    return { statement, movements, sum: Number(rows[0].sum), things: await this.things() };
  }

  async close(): Promise<void> {
    await Promise.all([this.payment.destroy(), this.movie.destroy()]);
  }

  private async things(): Promise<Thing[]> {
    const ours = ['customer', 'like', `${this.drill}-%`] as const;
    const topUps = await this.payment('payment.top_ups')
      .where(...ours)
      .select<Thing[]>('id', 'customer', 'amount', 'status');
    const bookings = await this.movie('movie.bookings')
      .where(...ours)
      .select<Thing[]>('id', 'customer', 'total_price as amount', 'status');
    const charges = await this.payment('payment.charges')
      .where(...ours)
      .select<{ key: string; customer: string; amount: number }[]>('key', 'customer', 'amount');
    const known = new Set([...topUps, ...bookings].map(({ id }) => id));
    const bare = charges
      .map(({ key, customer, amount }) => ({ id: businessIdOf(key), customer, amount, status: 'none' }))
      .filter(({ id }) => !known.has(id));
    return [...topUps, ...bookings, ...bare];
  }
}
