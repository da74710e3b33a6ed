import { billIdOf, type Tariff } from '../../../workflows/billing/contract';
import { feeOf, minutesOf } from '../../../workflows/billing/policy';
import type { Stage } from '../stage';
import { breachesOf, type Kind, movedBy, toldOf } from './kind';

/** How a rental stands with its bill. */
export type RentalEnd = 'REFUSED' | 'RENTED' | 'CLOSED' | 'UNPAID';

interface Law {
  bike: string;
  bill: string;
  moved: string;
  /** Whether the customer owes it, to the payment service and to the bike service. */
  owed: boolean;
  told: string;
  /** Of the bill. */
  billTold: RegExp;
  workflow: 'RUNNING' | 'COMPLETED';
}

const LAWS: Record<RentalEnd, Law> = {
  REFUSED: {
    bike: 'AVAILABLE',
    bill: 'none',
    moved: '',
    owed: false,
    told: '',
    billTold: /^$/,
    workflow: 'COMPLETED',
  },
  RENTED: {
    bike: 'IN_USE',
    bill: 'OPEN',
    moved: '',
    owed: false,
    told: 'rented',
    billTold: /^opened$/,
    workflow: 'RUNNING',
  },
  CLOSED: {
    bike: 'AVAILABLE',
    bill: 'CLOSED',
    moved: 'deposit revenue',
    owed: false,
    told: 'rented,returned',
    billTold: /^opened,assessed,(unpaid,)?closed$/,
    workflow: 'COMPLETED',
  },
  UNPAID: {
    bike: 'AVAILABLE',
    bill: 'UNPAID',
    moved: '',
    owed: true,
    told: 'rented,returned',
    billTold: /^opened,assessed,unpaid$/,
    workflow: 'RUNNING',
  },
};

/** Of the only rental of a bike. */
export const RENTAL: Kind = {
  statusOf: async ({ db }, id) => {
    const row = await db({ r: 'bike.rentals' })
      .leftJoin({ b: 'billing.bills' }, 'b.rental_id', 'r.id')
      .where('r.id', id)
      .first<{ rental: string; bill: string | null } | undefined>({ rental: 'r.status', bill: 'b.status' });
    if (row?.rental !== 'RETURNED') return row?.rental;
    return row.bill !== null && isEnd(row.bill) ? row.bill : `RETURNED, its bill ${row.bill ?? 'none'}`;
  },
  waits: async (stage, id, cancelled) => {
    const status = await RENTAL.statusOf(stage, id);
    if (status !== 'UNPAID' && (status !== 'RENTED' || cancelled)) return false;
    const { bill, debt, unpaid, balance } = await accountOf(stage, id);
    if (status === 'RENTED') return bill !== undefined;
    // What the deposit could pay does not wait.
    return debt && unpaid !== undefined && balance < Number(bill?.fee);
  },
  breaches: async (stage, id, workflow) => {
    const status = (await RENTAL.statusOf(stage, id)) ?? 'none';
    const { rental, bill, debt, unpaid, paid } = await accountOf(stage, id);
    if (!rental || !isEnd(status)) return [`${status} is no end`];
    const law = LAWS[status];
    const [moved, told, billTold] = await Promise.all([
      movedBy(stage, id),
      toldOf(stage, 'bike.outbox', id),
      toldOf(stage, 'billing.outbox', billIdOf(id)),
    ]);
    const { found, must } = breachesOf(status);
    must(rental.bike === law.bike, `its bike is ${rental.bike}`);
    must(
      rental.end_location === null || rental.location === rental.end_location,
      `its bike is at ${rental.location}`,
    );
    must((bill?.status ?? 'none') === law.bill, `its bill is ${bill?.status ?? 'none'}`);
    must(moved === law.moved, `our books say: ${moved || 'nothing'}`);
    must(
      debt === law.owed && (unpaid !== undefined) === law.owed,
      `debt: ${debt}, unpaid: ${unpaid ?? 'nothing'}`,
    );
    must(told === law.told, `it was told: ${told}`);
    must(law.billTold.test(billTold), `of its bill was told: ${billTold}`);
    if (bill?.fee && rental.ended_at) {
      const minutes = minutesOf(Number(rental.started_at), Number(rental.ended_at));
      must(bill.minutes === minutes && bill.fee === feeOf(minutes, bill.tariff), `its fee is ${bill.fee}`);
      must((paid ?? unpaid) === bill.fee, `of its fee ${paid ?? 0} were taken`);
    }
    must(workflow.status === law.workflow, `its workflow is ${workflow.status}`);
    const result = status === 'REFUSED' ? status : 'RETURNED';
    must(
      law.workflow === 'RUNNING' || workflow.result === result,
      `its workflow says ${String(workflow.result)}`,
    );
    return found;
  },
};

const isEnd = (status: string): status is RentalEnd => status in LAWS;

interface Rental {
  status: string;
  customer: string;
  started_at: Date | null;
  ended_at: Date | null;
  end_location: string | null;
  bike: string;
  location: string;
}

interface Bill {
  status: string;
  tariff: Tariff;
  minutes: number | null;
  fee: number | null;
}

/** Everything that is known of a rental, wherever it is written down. */
async function accountOf({ db }: Stage, id: string) {
  const rental = await db({ r: 'bike.rentals' })
    .join({ b: 'bike.bikes' }, 'b.id', 'r.bike_id')
    .where('r.id', id)
    .first<Rental | undefined>('r.*', { bike: 'b.status', location: 'b.location' });
  const [bill, debt, unpaid, paid, account] = await Promise.all([
    db('billing.bills').where({ rental_id: id }).first<Bill | undefined>(),
    db('bike.debts').where({ rental_id: id, paid_at: null }).first<object | undefined>(),
    db('payment.unpaid_bills').where({ rental_id: id }).first<{ amount: number } | undefined>('amount'),
    db('payment.transfers')
      .where({ business_id: id, kind: 'BILL' })
      .first<{ amount: number } | undefined>('amount'),
    db('payment.accounts')
      .where({ id: `deposit:${rental?.customer ?? ''}` })
      .first<{ balance: number } | undefined>('balance'),
  ]);
  return {
    rental,
    bill,
    debt: debt !== undefined,
    /** Whole KRW, as the payment service has them. */
    unpaid: unpaid?.amount,
    paid: paid?.amount,
    balance: account?.balance ?? 0,
  };
}
