import type { Knex } from 'knex';
import type { Delivery } from '../activities/delivery/events';
import type { DeliveryStatus } from '../workflows/delivery/contract';
import type { View } from './view';

/** How the deliveries of orders stand, as delivery tells it (seed 002, F6). */
export const deliveries: View = {
  name: 'deliveries',
  sources: ['delivery'],
  key: 'id',
  columnsOf: ({ subject, data }) => {
    const { orderId, status } = data as unknown as Delivery;
    return { id: subject, order_id: orderId, status };
  },
};

/** How the deliveries of these orders stand, by the order's id; nothing is known of one that was not begun. */
export async function deliveriesOf(
  db: Knex,
  orderIds: readonly string[],
): Promise<Map<string, DeliveryStatus>> {
  if (orderIds.length === 0) return new Map();
  const rows = await db('views.deliveries')
    .whereIn('order_id', orderIds)
    .select<{ orderId: string; status: DeliveryStatus }[]>({ orderId: 'order_id', status: 'status' });
  return new Map(rows.map(({ orderId, status }) => [orderId, status]));
}
