import { batchesBy, rowsBy } from './batches';
import { type Breach, lawOf, sqlLaws, type LawSet } from './law';
import { asTold } from './told';
import { pageLaw } from './views';

/** F2. */
const DELIVERIES = lawOf(
  {
    id: 'delivery-of-an-order',
    holds: 'A delivery is of the order that names it',
    rule: 4,
    place: 'delivery',
  },
  async ({ databases: { food, delivery } }) => {
    const found: Breach[] = [];
    const rows = delivery('delivery.deliveries').select('id', 'order_id');
    for await (const some of batchesBy<{ id: string; order_id: string }>('id', rows)) {
      const ids = some.map(({ id }) => id);
      const named = food('food.orders').select('id', 'delivery_id');
      const orderOf = await rowsBy<{ id: string; delivery_id: string }>('delivery_id', ids, named);
      for (const { id, order_id } of some)
        if (orderOf.get(id)?.id !== order_id)
          found.push({ id, breach: `delivery ${id} is of no order: ${order_id}` });
    }
    return found;
  },
);

export const DELIVERIES_AS_TOLD = sqlLaws('delivery', [
  asTold({ what: 'delivery', table: 'delivery.deliveries' }),
]);

export const LAWS: readonly LawSet[] = [
  DELIVERIES,
  DELIVERIES_AS_TOLD,
  pageLaw({
    view: 'deliveries',
    domain: 'delivery',
    what: 'delivery',
    events: /^delivery\./,
    columns: ['order_id', 'status'],
  }),
];
