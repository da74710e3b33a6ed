import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import type { ConversionStatus } from '../../workflows/bike/contract';
import type { BillStatus } from '../../workflows/billing/contract';
import { batchesBy, rowsBy } from './batches';
import type { Breach, Finding } from './check';
import { breachesAmong, type Suspect } from './under-way';

/** Steps between a fee that is taken and its bill that is closed, or before all know that it could not be. */
export const FEE_STEPS = ['payBill', 'leaveUnpaid', 'close'];

/** What a service has one transfer made for, each. */
interface Dues<Status extends string> {
  holds: string;
  what: string;
  /** `id` is the transfer's business id. */
  rows: Knex.QueryBuilder;
  kind: 'BILL' | 'CONVERSION';
  /** The side of the customer's deposit. */
  deposit: 'from_account' | 'to_account';
  /** The status in which the transfer has been made: in any other it has not. */
  made: Status;
  /** Steps during which it may be one or the other; whatever the workflow does, unless said. */
  during?: readonly string[];
}

interface Due {
  id: string;
  customer: string;
  status: string;
  /** Whole KRW; null as long as nobody knows. */
  amount: number | null;
}

interface Transfer {
  id: string;
  business_id: string;
  /** Of the customer. */
  deposit: string;
  amount: number;
}

/** B3. */
export const feesOf = (billing: Knex): Dues<BillStatus> => ({
  holds: 'What is taken for a bill is its fee, once, and then it is closed',
  what: 'the bill of',
  rows: billing.from(
    billing('billing.bills').select('rental_id AS id', 'customer', 'status', 'fee AS amount').as('due'),
  ),
  kind: 'BILL',
  deposit: 'from_account',
  made: 'CLOSED',
  during: FEE_STEPS,
});

/** B7. */
export const conversionsOf = (bike: Knex): Dues<ConversionStatus> => ({
  holds: 'What is credited for points is their number, once, and then they are converted',
  what: 'conversion',
  rows: bike.from(
    bike('bike.conversions').select('id', 'manager AS customer', 'status', 'points AS amount').as('due'),
  ),
  kind: 'CONVERSION',
  deposit: 'to_account',
  made: 'CONVERTED',
});

/** What was due beside the ledger, either way. Two databases: no join. */
export async function transferFinding<Status extends string>(
  { holds, what, rows, kind, deposit, made, during }: Dues<Status>,
  payment: Knex,
  temporal: Client,
): Promise<Finding> {
  const suspects: Suspect[] = [];
  const breaches: Breach[] = [];
  const transfers = payment('payment.transfers')
    .where({ kind })
    .select('id', 'business_id', `${deposit} AS deposit`, 'amount');
  for await (const some of batchesBy<Due>('id', rows)) {
    const ids = some.map(({ id }) => id);
    const madeFor = byBusiness((await transfers.clone().whereIn('business_id', ids)) as Transfer[]);
    for (const due of some) {
      const { id, status, amount } = due;
      const all = madeFor.get(id) ?? [];
      const breach = `${what} ${id} is ${status} over ${amount ?? 'nothing yet'}, and the ledger has ${inWords(all)}`;
      if (status === made && !isWhole(due, all)) breaches.push({ id, breach });
      if (status !== made && all.length > 0)
        suspects.push({ id, breach, workflow: id, ...(during && { during }) });
    }
  }
  for await (const some of batchesBy<Transfer>('id', transfers)) {
    const ids = some.map(({ business_id }) => business_id);
    const known = await rowsBy<Due>('id', ids, rows);
    for (const transfer of some)
      if (!known.has(transfer.business_id))
        breaches.push({ id: transfer.id, breach: `${kind} of ${inWords([transfer])}, and nothing was due` });
  }
  return { holds, breaches: [...breaches, ...(await breachesAmong(temporal, suspects))] };
}

function byBusiness(transfers: readonly Transfer[]): Map<string, Transfer[]> {
  const grouped = new Map<string, Transfer[]>();
  for (const transfer of transfers)
    grouped.set(transfer.business_id, [...(grouped.get(transfer.business_id) ?? []), transfer]);
  return grouped;
}

const isWhole = ({ customer, amount }: Due, [first, ...more]: readonly Transfer[]) =>
  first?.amount === amount && first.deposit === `deposit:${customer}` && more.length === 0;

const inWords = (transfers: readonly Transfer[]) =>
  transfers.map(({ amount, deposit, business_id: of }) => `${amount} on ${deposit} (${of})`).join(', ') ||
  'none';
