import type { DeliveryStatus } from '../workflows/delivery/contract';
import { ORDER, type OrderPayment, type OrderStatus } from '../workflows/food/contract';
import { batchesBy, rowsBy } from './batches';
import { type ChargeFacts, chargesOf, MONEY_STEPS, saleLaws } from './charges';
import { sqlLaws, type LawSet } from './law';
import { thingLaws } from './things';
import { asTold, toldLaw, toldOf } from './told';
import type { World } from './world';
import { pageLaw } from './views';

/** An order, with what food, delivery and payment have on record of it. */
export interface OrderFacts {
  id: string;
  status: OrderStatus;
  payment: OrderPayment;
  /** Whole KRW. */
  price: number;
  paymentId: string | null;
  charge: ChargeFacts | undefined;
  delivery: DeliveryStatus | 'none';
  told: string;
}

/** Steps during which an order and its delivery differ. */
const DELIVERY_STEPS = ['startDelivery', 'completeDelivery', 'resumeDelivery', 'cancel', 'cancelDelivery'];

/** F1–F3. */
export const ORDERS = thingLaws<OrderFacts>('food', orders, [
  ...saleLaws<OrderStatus, OrderFacts>({
    id: 'order',
    what: 'order',
    holds: 'An order that is paid has its money with us, any other has not',
    paid: ['PAID', 'DELIVERING', 'DELIVERED'],
    unpaid: ['CANCELLED', 'REFUSED'],
  }),
  {
    id: 'order-payment',
    holds: 'What an order says of its payment is so',
    rule: 4,
    breach: ({ id, payment, paymentId, charge }) => {
      if (paymentId === null) return undefined;
      const { amount = 0, refunded, writtenOff } = charge ?? {};
      const isSo =
        refunded === (isReturned(payment) ? amount : 0) &&
        writtenOff === (payment === 'WRITTEN_OFF' ? amount : 0);
      if (charge?.state === 'CAPTURED' && charge.id === paymentId && isSo) return undefined;
      const is = charge
        ? `its charge ${charge.id} is ${charge.state}, ${charge.refunded} of ${charge.amount} given back, ${charge.writtenOff} of that written off`
        : 'nothing was charged';
      return `order ${id} says ${payment} by ${paymentId}, and ${is}`;
    },
    during: MONEY_STEPS,
    parkable: true,
  },
  {
    id: 'order-paid-told',
    holds: 'An order names a payment exactly when it was told of as paid',
    rule: 9,
    breach: ({ id, paymentId, told }) =>
      told.includes('paid') === (paymentId !== null)
        ? undefined
        : `order ${id} is paid by ${paymentId ?? 'nothing'}, and its events are: ${told}`,
  },
  {
    id: 'order-delivery',
    holds: 'An order and its delivery say the same',
    rule: 5,
    breach: (order) =>
      deliveriesOf(order).includes(order.delivery)
        ? undefined
        : `order ${order.id} is ${order.status}, and its delivery is ${order.delivery}`,
    during: DELIVERY_STEPS,
  },
  toldLaw(ORDER, 'order'),
]);

const isReturned = (payment: OrderPayment) => payment === 'REFUNDED' || payment === 'WRITTEN_OFF';

/** How its delivery may be. */
function deliveriesOf({ status, payment }: Pick<OrderFacts, 'status' | 'payment'>): OrderFacts['delivery'][] {
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
      return isReturned(payment) ? ['CANCELLED'] : ['none'];
  }
}

interface Row extends Omit<OrderFacts, 'charge' | 'delivery' | 'told'> {
  deliveryId: string;
}

async function* orders(world: World): AsyncGenerator<OrderFacts[]> {
  const { food, delivery } = world.databases;
  const rows = food('food.orders').select('id', 'status', 'payment', {
    price: 'total_price',
    paymentId: 'payment_id',
    deliveryId: 'delivery_id',
  });
  for await (const some of batchesBy<Row>('id', rows)) {
    const ids = some.map(({ id }) => id);
    const [charges, deliveries, told] = await Promise.all([
      chargesOf(world, ids),
      rowsBy<{ id: string; status: DeliveryStatus }>(
        'id',
        some.map(({ deliveryId }) => deliveryId),
        delivery('delivery.deliveries').select('id', 'status'),
      ),
      toldOf(food, 'food', ids),
    ]);
    yield some.map(({ deliveryId, ...order }) => ({
      ...order,
      charge: charges.get(order.id),
      delivery: deliveries.get(deliveryId)?.status ?? 'none',
      told: told.get(order.id) ?? '',
    }));
  }
}

export const ORDERS_AS_TOLD = sqlLaws('food', [
  asTold({ what: 'order', table: 'food.orders', untold: 'REFUSED' }),
]);

export const LAWS: readonly LawSet[] = [
  ORDERS,
  ORDERS_AS_TOLD,
  pageLaw({
    view: 'orders',
    domain: 'food',
    what: 'order',
    events: /^food\.(?!menu-)/,
    columns: [
      'status',
      'status_text',
      'lines',
      'total_price',
      'payment',
      'payment_id',
      'delivery_id',
      'reason',
    ],
  }),
];
