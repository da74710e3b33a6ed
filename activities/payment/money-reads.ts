import type { Knex } from 'knex';
import type { Event } from '../../events/event';
import { Outbox } from '../../events/outbox';
import { columns } from '../database';
import type { ChargeRow, RefundRow } from './charge';
import { businessIdOf, chargeKey } from './keys';
import type { ParkedRow } from './late';
import type { TransferKind } from './ledger';
import type { DecisionRow } from './reads';

/** A movement in the ledger. Amounts are whole KRW. */
export interface TransferRow {
  at: Date;
  kind: TransferKind;
  from: string;
  to: string;
  amount: number;
}

/** All that payment has on record of one booking, order, top-up … */
export interface MoneyOf {
  charge: ChargeRow | undefined;
  refunds: RefundRow[];
  /** In their order. */
  transfers: TransferRow[];
  parked: ParkedRow[];
  decisions: DecisionRow[];
  /** What was told of all these, in order. */
  events: Event[];
}

const TRANSFER = {
  ...columns(['at', 'kind', 'amount'], 't'),
  from: 't.from_account',
  to: 't.to_account',
} satisfies Record<keyof TransferRow, string>;

/** What the API reads of the money of one thing. */
export class MoneyReads {
  constructor(private readonly db: Knex) {}

  async of(businessId: string): Promise<MoneyOf> {
    const key = chargeKey(businessId);
    const [charge, refunds, moved, parked] = await Promise.all([
      this.db<ChargeRow>('payment.charges').where({ key }).first(),
      this.db<RefundRow>('payment.refunds').where({ charge_key: key }).orderBy('sent_at'),
      this.db({ t: 'payment.transfers' })
        .where('t.business_id', businessId)
        .orderBy('t.position')
        .select<(TransferRow & { id: string })[]>({ ...TRANSFER, id: 't.id' }),
      this.db<ParkedRow>('payment.parked').where({ business_id: businessId }).orderBy('id'),
    ]);
    const subjects = [businessId, ...(charge ? [charge.id] : []), ...refunds.map((refund) => refund.key)];
    subjects.push(...moved.map(({ id }) => id), ...parked.map(({ id }) => id));
    const keys = parked.map((one) => one.key);
    const [events, decisions] = await Promise.all([
      new Outbox(this.db, 'payment').about(subjects),
      this.db<DecisionRow>('payment.decisions').whereIn('parked', keys).orderBy('at'),
    ]);
    const transfers = moved.map(({ at, kind, from, to, amount }) => ({ at, kind, from, to, amount }));
    return { charge, refunds, transfers, parked, decisions, events };
  }

  /** A charge by the id that customers see. @returns also what it is for */
  async charge(id: string): Promise<(ChargeRow & { reference: string }) | undefined> {
    const charge = await this.db<ChargeRow>('payment.charges').where({ id }).first();
    return charge && { ...charge, reference: businessIdOf(charge.key) };
  }
}
