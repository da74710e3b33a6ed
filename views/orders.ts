import type { Order } from '../activities/food/events';
import { ORDER } from '../activities/food/reads';
import type { View } from './view';

/** The status of the order's delivery. */
const DELIVERY = '(SELECT d.status FROM views.deliveries d WHERE d.order_id = orders.id)';

/** Orders with their payment, as food tells of them (seed 002, F6). */
export const orders: View = {
  name: 'orders',
  sources: ['food'],
  key: 'id',
  page: { columns: { ...ORDER, delivery: DELIVERY } },
  columnsOf: ({ type, subject, customer, data }) => {
    if (type.startsWith('food.menu-')) return undefined;
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
