import type { Knex } from 'knex';
import type { Lifecycle } from '../../workflows/lifecycle';
import { type Action, type CreditStatus, POINT_CREDIT, TOP_UP } from '../../workflows/payment/contract';
import { columns, isRow } from '../database';
import type { TransferKind } from './ledger';
import type { ParkedRow } from './late';
import { creditKey } from './credits';

/** A movement on somebody's deposit. Amounts are whole KRW, negative for what went out. */
export interface EntryRow {
  id: string;
  position: number;
  at: Date;
  kind: TransferKind;
  amount: number;
  /** After it. */
  balance: number;
  /** Id of what it was for. */
  reference: string;
}

export interface CreditRow {
  id: string;
  customer: string;
  amount: number;
  status: CreditStatus;
  failure: string | null;
  /** After it; null when nothing was credited. */
  balance: number | null;
}

export interface DecisionRow {
  parked: string;
  action: Action;
  reason: string;
  decided_by: string;
  at: Date;
}

const ENTRY = {
  ...columns(['id', 'at', 'kind'], 't'),
  ...columns(['position', 'amount', 'balance'], 'e'),
  reference: 't.business_id',
} satisfies Record<keyof EntryRow, string>;
const CREDIT = {
  ...columns(['id', 'customer', 'amount', 'status', 'failure'], 'u'),
  ...columns(['balance'], 'e'),
} satisfies Record<keyof CreditRow, string>;

/** What the API reads of deposits, and of what waits for an operator. */
export class PaymentReads {
  constructor(private readonly db: Knex) {}

  /** Whole KRW. */
  async balance(customer: string): Promise<number> {
    const account = await this.db('payment.accounts')
      .where({ id: `deposit:${customer}` })
      .first<{ balance: number } | undefined>('balance');
    return account?.balance ?? 0;
  }

  /** Newest first. `before`: the id of the last one seen. @returns undefined where that is none of theirs */
  async entries(customer: string, limit: number, before?: string): Promise<EntryRow[] | undefined> {
    const seen =
      before === undefined
        ? undefined
        : await this.db({ e: 'payment.entries' })
            .join({ t: 'payment.transfers' }, 't.position', 'e.position')
            .where({ 'e.account': `deposit:${customer}`, 't.id': before })
            .first<{ position: number } | undefined>('e.position');
    if (before !== undefined && !seen) return undefined;
    const query = this.db({ e: 'payment.entries' })
      .join({ t: 'payment.transfers' }, 't.position', 'e.position')
      .where('e.account', `deposit:${customer}`)
      .orderBy('e.position', 'desc')
      .limit(limit);
    if (seen) void query.where('e.position', '<', seen.position);
    return query.select<EntryRow[]>(ENTRY);
  }

  topUp(id: string): Promise<CreditRow | undefined> {
    return this.credit(TOP_UP, id);
  }

  conversion(id: string): Promise<CreditRow | undefined> {
    return this.credit(POINT_CREDIT, id);
  }

  private async credit({ table }: Lifecycle, id: string): Promise<CreditRow | undefined> {
    return this.db({ u: table })
      .leftJoin({ t: 'payment.transfers' }, 't.key', this.db.raw('?', creditKey(id)))
      .leftJoin({ e: 'payment.entries' }, { 'e.position': 't.position', 'e.account': 't.to_account' })
      .where('u.id', id)
      .first<CreditRow | undefined>(CREDIT);
  }

  /**
   * What could not be undone and is in that state, the oldest first. `after`: the id of the last one seen.
   * @returns undefined where that is none of these
   */
  async parked(state: ParkedRow['state'], limit: number, after?: string): Promise<ParkedRow[] | undefined> {
    if (!(await isRow(this.db, 'payment.parked', after))) return undefined;
    const query = this.db<ParkedRow>('payment.parked').where({ state }).orderBy('id').limit(limit);
    if (after !== undefined) void query.where('id', '>', after);
    return query;
  }

  async parkedById(id: string): Promise<ParkedRow | undefined> {
    return this.db<ParkedRow>('payment.parked').where({ id }).first();
  }

  async decisionsOn(keys: readonly string[]): Promise<DecisionRow[]> {
    return this.db<DecisionRow>('payment.decisions').whereIn('parked', keys).orderBy('at');
  }
}
