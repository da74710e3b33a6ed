import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import { batchesBy } from './batches';
import type { Finding } from './check';
import { FEE_STEPS } from './transfers';
import { breachesAmong, type Suspect } from './under-way';

/**
 * B5: of a bill that stands unpaid billing knows, bike, which rents the customer nothing, and payment, which tells of
 * the next top-up. Three databases: no join.
 */
export async function unpaidFinding(
  { billing, bike, payment }: Record<'billing' | 'bike' | 'payment', Knex>,
  temporal: Client,
): Promise<Finding> {
  const known = {
    billing: billing('billing.bills').where({ status: 'UNPAID' }),
    bike: bike('bike.debts').whereNull('paid_at'),
    payment: payment('payment.unpaid_bills'),
  };
  const suspects = new Map<string, Suspect>();
  for (const rows of Object.values(known))
    for await (const some of batchesBy<{ rental_id: string }>('rental_id', rows)) {
      const ids = some.map(({ rental_id }) => rental_id);
      const those = await Promise.all(Object.values(known).map((unpaid) => unpaidAmong(ids, unpaid)));
      for (const id of ids) {
        const services = Object.keys(known).filter((_, n) => those[n]?.has(id));
        const breach = `the bill of ${id} stands unpaid in ${services.join(' and ')} alone`;
        if (services.length < those.length) suspects.set(id, { id, breach, workflow: id, during: FEE_STEPS });
      }
    }
  return {
    holds: 'A bill stands unpaid for billing, bike and payment alike',
    breaches: await breachesAmong(temporal, [...suspects.values()]),
  };
}

const unpaidAmong = async (ids: readonly string[], rows: Knex.QueryBuilder) =>
  new Set((await rows.clone().whereIn('rental_id', ids).pluck('rental_id')) as string[]);
