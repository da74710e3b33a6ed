import type { Knex } from 'knex';
import { PASS, type PassRow } from '../activities/kickboard/reads';
import type { Pass } from '../events/shapes';
import type { View } from './view';

/** How many rides each pass has left (seed 000, K6). */
export const passes: View = {
  name: 'passes',
  sources: ['kickboard'],
  take: async (tx, { type, subject, customer, data }, table) => {
    if (!type.startsWith('kickboard.pass-')) return;
    const pass = data as unknown as Pass;
    await tx(table)
      .insert({
        id: subject,
        customer,
        type: pass.type,
        price: pass.price,
        status: pass.status,
        rides_total: pass.ridesTotal,
        rides_left: pass.ridesLeft,
        payment_id: pass.paymentId,
        payment_method: pass.paymentMethod,
        failure: pass.failure,
      })
      .onConflict('id')
      .merge();
  },
};

/** Newest first. `before`: the id of the last one seen. */
export async function passesIn(
  db: Knex,
  customer: string,
  limit: number,
  before?: string,
): Promise<PassRow[]> {
  const query = db('views.passes').where({ customer }).orderBy('id', 'desc').limit(limit);
  if (before !== undefined) void query.where('id', '<', before);
  return query.select<PassRow[]>(PASS);
}
