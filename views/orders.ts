import type { Knex } from 'knex';
import { ORDER, type OrderRow } from '../activities/food/reads';
import type { Order } from '../events/shapes';
import type { View } from './view';

export interface OrderFilter {
  customer?: string | undefined;
  status?: OrderRow['status'] | undefined;
  limit: number;
  /** The id of the last one seen: ids grow with time. */
  before?: string | undefined;
}

/** Orders with their payment and delivery (seed 002, F6). */
export const orders: View = {
  name: 'orders',
  sources: ['food'],
  key: 'id',
  columnsOf: ({ type, subject, customer, data }) => {
    if (type === 'food.menu-added') return undefined;
    const order = data as unknown as Order;
    return {
      id: subject,
      customer,
      status: order.status,
      status_text: order.statusText,
      lines: JSON.stringify(order.lines),
      total_price: order.totalPrice,
      address: order.address,
      payment: order.payment,
      payment_id: order.paymentId,
      payment_method: order.paymentMethod,
      delivery_id: order.deliveryId,
      reason: order.reason,
    };
  },
};

/** Newest first. */
export async function ordersIn(
  db: Knex,
  { customer, status, limit, before }: OrderFilter,
): Promise<OrderRow[]> {
  const query = db('views.orders').orderBy('id', 'desc').limit(limit);
  if (customer !== undefined) void query.where({ customer });
  if (status !== undefined) void query.where({ status });
  if (before !== undefined) void query.where('id', '<', before);
  return query.select<OrderRow[]>(ORDER);
}
