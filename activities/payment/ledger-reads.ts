import type { Knex } from 'knex';
import { columns, isRow } from '../database';
import type { ParkedRow } from './late';
import type { TransferKind } from './ledger';

export interface AccountRow {
  id: string;
  /** Whole KRW. */
  balance: number;
}

/** A movement as operators see it: with its cause. */
export interface LedgerRow {
  id: string;
  position: number;
  at: Date;
  kind: TransferKind;
  fromAccount: string;
  toAccount: string;
  /** Whole KRW. */
  amount: number;
  businessId: string;
  workflowId: string | null;
  reason: string | null;
}

export interface LedgerFilter {
  account?: string | undefined;
  /** Id of what it was for. */
  reference?: string | undefined;
  /** Made then or later. */
  from?: string | undefined;
  /** Made before. */
  to?: string | undefined;
}

/** How far ledger and provider have been compared. */
export interface Compared {
  comparedTo: number;
  lastTransfer: number;
  /** Lines of the provider's statement that the ledger does not have so far. */
  unmatched: number;
}

const TRANSFER = columns(
  [
    'id',
    'position',
    'at',
    'kind',
    'fromAccount',
    'toAccount',
    'amount',
    'businessId',
    'workflowId',
    'reason',
  ],
  't',
) satisfies Record<keyof LedgerRow, string>;

/** What operators read of the ledger. */
export class LedgerReads {
  constructor(private readonly db: Knex) {}

  /** By name. `after`: the last one seen. @param beginning such as "deposit:" @returns undefined where `after` is none */
  async accounts(limit: number, after?: string, beginning?: string): Promise<AccountRow[] | undefined> {
    if (!(await isRow(this.db, 'payment.accounts', after))) return undefined;
    const query = this.db('payment.accounts').orderBy('id').limit(limit);
    if (after !== undefined) void query.where('id', '>', after);
    if (beginning !== undefined) void query.whereRaw('starts_with(id, ?)', [beginning]);
    return query.select<AccountRow[]>('id', 'balance');
  }

  /** Newest first. `after`: the id of the last one seen. @returns undefined where that is no transfer */
  async transfers(
    { account, reference, from, to }: LedgerFilter,
    limit: number,
    after?: string,
  ): Promise<LedgerRow[] | undefined> {
    const seen =
      after === undefined
        ? undefined
        : await this.db('payment.transfers')
            .where({ id: after })
            .first<{ position: number } | undefined>('position');
    if (after !== undefined && !seen) return undefined;
    const query = this.db({ t: 'payment.transfers' }).orderBy('t.position', 'desc').limit(limit);
    if (seen) void query.where('t.position', '<', seen.position);
    if (reference !== undefined) void query.where('t.business_id', reference);
    if (from !== undefined) void query.where('t.at', '>=', from);
    if (to !== undefined) void query.where('t.at', '<', to);
    if (account !== undefined)
      void query.whereIn('t.position', this.db('payment.entries').where({ account }).select('position'));
    return query.select<LedgerRow[]>(TRANSFER);
  }

  async compared(): Promise<Compared> {
    const { rows } = await this.db.raw<{ rows: [Compared] }>(
      `SELECT r.compared_to AS "comparedTo", c.position AS "lastTransfer",
         (SELECT count(*) FROM payment.statement WHERE NOT matched) AS unmatched
       FROM payment.reconciliation r, payment.chain c`,
    );
    return rows[0];
  }

  /** What ledger and provider differed in, newest first. @returns undefined where `after` is none */
  async differences(limit: number, after?: string): Promise<ParkedRow[] | undefined> {
    const all = () => this.db<ParkedRow>('payment.parked').where({ kind: 'MISMATCH' });
    if (after !== undefined && !(await all().where({ id: after }).first())) return undefined;
    const query = all().orderBy('id', 'desc').limit(limit);
    if (after !== undefined) void query.where('id', '<', after);
    return query;
  }

  /** What is not decided: how many charges and refunds nobody knows the outcome of, and what is parked by state. */
  async undecided(): Promise<{ charges: number; refunds: number; parked: StuckRow[] }> {
    const [charges, refunds, parked] = await Promise.all([
      this.db('payment.charges')
        .whereRaw(`NOT matched AND state IN ('SENT', 'UNKNOWN')`)
        .count<{ count: number }[]>(),
      this.db('payment.refunds').whereIn('state', ['SENT', 'UNKNOWN']).count<{ count: number }[]>(),
      this.db('payment.parked')
        .whereNull('ended_at')
        .groupBy('state')
        .select<StuckRow[]>(
          'state',
          this.db.raw('count(*) AS count'),
          this.db.raw('sum(amount)::bigint AS amount'),
          this.db.raw('extract(epoch FROM now() - min(failing_since))::int AS "oldestSeconds"'),
        ),
    ]);
    return { charges: charges[0]?.count ?? 0, refunds: refunds[0]?.count ?? 0, parked };
  }
}

export interface StuckRow {
  state: ParkedRow['state'];
  count: number;
  /** Whole KRW at stake. */
  amount: number;
  oldestSeconds: number;
}
