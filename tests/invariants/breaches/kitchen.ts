import { copy, set, sql } from '../change';
import type { Breaches } from './table';

type Values = Parameters<typeof set>[2];
const order = (id: string, values: Values) => set('food.orders', { id }, values);
const delivery = (id: string, values: Values) => set('delivery.deliveries', { id }, values);

const CANCELLED = { status: 'CANCELLED', payment: 'REFUNDED', reason: 'cancelled-by-customer' };
const DELIVERED = { status: 'DELIVERED', payment: 'CAPTURED', reason: null };

export const KITCHEN: Breaches = {
  'order-paid': {
    'an order is delivered after it was cancelled': [':cancelledOrder', order(':cancelledOrder', DELIVERED)],
    'an order is cancelled, and its money stayed': [':deliveredOrder', order(':deliveredOrder', CANCELLED)],
    'an order stays unpaid': [
      'ord_left',
      copy(
        'food.orders',
        { id: ':order' },
        {
          id: 'ord_left',
          delivery_id: 'dlv_left',
          status: 'ORDERED',
          payment: 'PENDING',
          payment_id: null,
        },
      ),
    ],
    'an order is paid, and nothing was charged': [
      'ord_unpaid',
      copy(
        'food.orders',
        { id: ':otherOrder' },
        { id: 'ord_unpaid', delivery_id: 'dlv_unpaid', status: 'PAID' },
      ),
    ],
    'an order is under way, and its money went back': [
      ':order',
      set('payment.charges', { key: ':order/charge' }, { refunded: sql('amount') }),
    ],
  },
  'order-charge-settled': {
    'a charge stays in doubt': [
      ':deliveredOrder',
      set('payment.charges', { key: ':deliveredOrder/charge' }, { state: 'UNKNOWN' }),
    ],
  },
  'order-payment': {
    'another charge paid for an order': [':order', order(':order', { payment_id: 'pay_other' })],
    'an order is refunded, and was never paid': [
      ':declinedOrder',
      order(':declinedOrder', { payment: 'REFUNDED', payment_id: 'pay_none' }),
    ],
  },
  'order-paid-told': {
    'an order names a payment, and was not told of as paid': [
      ':declinedOrder',
      order(':declinedOrder', { payment: 'REFUNDED', payment_id: 'pay_none' }),
    ],
  },
  'order-delivery': {
    'a delivery is cancelled, and its order is not': [
      ':order',
      delivery(':delivery', { status: 'CANCELLED' }),
    ],
    'an order is delivered, and its delivery is under way': [
      ':deliveredOrder',
      set(
        'delivery.deliveries',
        { order_id: ':deliveredOrder' },
        {
          status: 'STARTED',
          completed_by: null,
          completed_at: null,
        },
      ),
    ],
    'an order is cancelled, and its delivery is under way': [
      ':cancelledOrder',
      set('delivery.deliveries', { order_id: ':cancelledOrder' }, { status: 'STARTED' }),
    ],
  },
  'delivery-of-an-order': {
    'a delivery is of no order': [
      'dlv_stray',
      copy('delivery.deliveries', { id: ':delivery' }, { id: 'dlv_stray', order_id: 'ord_none' }),
    ],
    'a delivery is of another order': [
      ':otherDelivery',
      delivery(':otherDelivery', { order_id: 'ord_other' }),
    ],
  },
};
