import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import type { DeliveryStatus } from '../../workflows/delivery/contract';
import type { OrderPayment, OrderStatus } from '../../workflows/food/contract';
import { batchesBy, rowsBy } from './batches';
import type { Breach, Finding } from './check';
import { breachesAmong, type Suspect } from './under-way';

/** Steps during which order and delivery differ. */
const STEPS = ['startDelivery', 'completeDelivery', 'resumeDelivery', 'cancel', 'cancelDelivery'];

interface Order {
  id: string;
  status: OrderStatus;
  payment: OrderPayment;
  delivery_id: string;
}

interface Delivery {
  id: string;
  order_id: string;
  status: DeliveryStatus;
}

/** F2, F3: orders beside their deliveries. Two databases: no join. */
export async function deliveryFindings(food: Knex, delivery: Knex, temporal: Client): Promise<Finding[]> {
  const different: Suspect[] = [];
  const leftAlone: Suspect[] = [];
  const orders = food('food.orders').select('id', 'status', 'payment', 'delivery_id');
  const deliveries = delivery('delivery.deliveries').select('id', 'order_id', 'status');
  for await (const some of batchesBy<Order>('id', orders)) {
    const ids = some.map(({ delivery_id }) => delivery_id);
    const deliveryOf = await rowsBy<Delivery>('id', ids, deliveries);
    for (const { id, delivery_id, ...order } of some) {
      const is = deliveryOf.get(delivery_id)?.status ?? 'none';
      const breach = `order ${id} is ${order.status}, and its delivery is ${is}`;
      if (!deliveriesOf(order).includes(is)) different.push({ id, breach, workflow: id, during: STEPS });
      if (order.status === 'PAID' || order.status === 'DELIVERING')
        leftAlone.push({ id, breach: `order ${id} is ${order.status}, and left alone`, workflow: id });
    }
  }
  return [
    {
      holds: 'An order and its delivery say the same',
      breaches: [...(await breachesAmong(temporal, different)), ...(await strays(deliveries, food))],
    },
    {
      holds: 'Somebody sees to an order that is paid until it is delivered',
      breaches: await breachesAmong(temporal, leftAlone),
    },
  ];
}

/** How its delivery may be. */
function deliveriesOf({ status, payment }: Pick<Order, 'status' | 'payment'>): (DeliveryStatus | 'none')[] {
  switch (status) {
    case 'ORDERED':
    case 'REFUSED':
      return ['none'];
    case 'PAID':
      return ['none', 'STARTED'];
    case 'DELIVERING':
      return ['STARTED'];
    case 'DELIVERED':
      return ['COMPLETED'];
    case 'CANCELLED':
      return payment === 'REFUNDED' ? ['CANCELLED'] : ['none'];
  }
}

async function strays(deliveries: Knex.QueryBuilder, food: Knex): Promise<Breach[]> {
  const found: Breach[] = [];
  for await (const some of batchesBy<Delivery>('id', deliveries)) {
    const ids = some.map(({ id }) => id);
    const orders = await rowsBy<Order>('delivery_id', ids, food('food.orders').select('id', 'delivery_id'));
    for (const { id, order_id } of some)
      if (orders.get(id)?.id !== order_id)
        found.push({ id, breach: `delivery ${id} is of no order: ${order_id}` });
  }
  return found;
}
