import type { Knex } from 'knex';
import {
  type Conversion,
  type CreditStatus,
  POINT_CREDIT,
  TOP_UP,
  type TopUp,
} from '../../workflows/payment/contract';
import type { Lifecycle } from '../../workflows/lifecycle';
import { refusal } from '../refusal';
import { Rows } from '../rows';
import { type Account, causeBindings, transferring, type TransferKind } from './ledger';

interface Origin {
  lifecycle: Lifecycle<CreditStatus, 'credit' | 'refuse'>;
  kind: TransferKind;
  /** Where what is credited comes from. */
  from: Account;
}

/** Paid by card, and the customer's from now on. */
export const TOP_UPS: Origin = { lifecycle: TOP_UP, kind: 'TOP_UP', from: 'top-ups' };
/** Points that have become money (B7). */
export const CONVERSIONS: Origin = { lifecycle: POINT_CREDIT, kind: 'CONVERSION', from: 'points' };

/** All SQL of what raises a deposit: each is credited or has failed, whichever is written down first. */
export class Credits {
  private readonly rows;

  constructor(
    private readonly db: Knex,
    private readonly origin: Origin,
  ) {
    this.rows = new Rows(origin.lifecycle, db);
  }

  /** → CREDITED (`topped-up`, `points-credited`), in time. @throws ApplicationFailure `payment-unavailable` when it was refused meanwhile or the time is up */
  async credit(order: TopUp | Conversion): Promise<void> {
    const { id, customer, amount, answerBy } = order;
    const { lifecycle, kind, from } = this.origin;
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
      {
        ...{ table: lifecycle.table, id, customer, amount, answerBy: new Date(answerBy) },
        key: creditKey(id),
        ...causeBindings(),
      },
    );
    if (rowCount === 1) return;
    // An abandoned attempt may still commit: the refusal waits for it, or keeps it from ever doing so.
    if ((await this.fail(order, 'payment-unavailable')) === 'FAILED') throw refusal('payment-unavailable');
  }

  /**
   * → FAILED (`top-up-refused`, `points-refused`): a late credit comes to nothing.
   * @returns the status afterwards: what was credited before stays
   */
  fail({ id, customer, amount }: TopUp | Conversion, failure: string): Promise<CreditStatus> {
    return this.rows.decide('refuse', { id, customer, amount }, { failure });
  }
}

/** Of the transfer that credits. */
export const creditKey = (id: string) => `${id}/credit`;
