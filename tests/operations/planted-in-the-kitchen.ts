import { added, changed, type Plant } from './plant';

const CANCELLED = `('CANCELLED', 'REFUNDED', 'cancelled-by-customer')`;
const DELIVERED = `('DELIVERED', 'CAPTURED', NULL)`;
const DECIDED = '(status, payment, reason)';

const order = (id: string, status: string, payment: string, ...named: string[]) =>
  added(
    'food.orders',
    id,
    'customer, lines, total_price, address, status_text, payment_method, delivery_id, status, payment, payment_id',
    `'x', '[{}]', 1000, 'y', 'ordered', 'card', 'dlv_${id}', '${status}', ${payment}`,
    [`order ${id} was never told of`, ...named],
  );

/** Orders and deliveries. */
export const IN_THE_KITCHEN: Record<string, Plant> = {
  'an order that was delivered after it was cancelled': changed(
    'food.orders',
    `id = ':cancelledOrder'`,
    [DECIDED, CANCELLED, DELIVERED],
    [
      'order :cancelledOrder is DELIVERED over 4000, and 0 is kept',
      'order :cancelledOrder is DELIVERED, and its delivery is CANCELLED',
      'order :cancelledOrder says CAPTURED by pay_',
      'order :cancelledOrder has ',
    ],
  ),
  'an order that was cancelled and whose money stayed': changed(
    'food.orders',
    `id = ':deliveredOrder'`,
    [DECIDED, DELIVERED, CANCELLED],
    [
      'order :deliveredOrder is CANCELLED over 4000, and 4000 is kept',
      'order :deliveredOrder is CANCELLED, and its delivery is COMPLETED',
      'order :deliveredOrder says REFUNDED by pay_',
      'order :deliveredOrder has ',
    ],
  ),
  'an order that nobody charges any more': order(
    'ord_left',
    'ORDERED',
    `'PENDING', NULL`,
    'order ord_left is ORDERED',
  ),
  'an order that is paid and left alone': order(
    'ord_alone',
    'PAID',
    `'CAPTURED', 'pay_x'`,
    'order ord_alone is PAID, and left alone',
    'order ord_alone is PAID over 1000, and 0 is kept',
    'order ord_alone says CAPTURED by pay_x, and nothing was charged',
  ),
  'an order that another charge paid for': changed(
    'food.orders',
    `id = ':order'`,
    ['payment_id', `(SELECT id FROM payment.charges WHERE key = ':order/charge')`, `'pay_other'`],
    ['order :order says CAPTURED by pay_other, and its charge pay_', 'order :order has paymentId pay_other'],
  ),
  'an order that is refunded, and was never paid': changed(
    'food.orders',
    `id = ':declinedOrder'`,
    ['(payment, payment_id)', `('DECLINED', NULL)`, `('REFUNDED', 'pay_none')`],
    [
      'order :declinedOrder says REFUNDED by pay_none, and its charge pay_',
      'order :declinedOrder is CANCELLED, and its delivery is none',
      'order :declinedOrder has ',
    ],
  ),
  'a delivery that was called off, though its order was not': changed(
    'delivery.deliveries',
    `id = ':delivery'`,
    ['status', `'STARTED'`, `'CANCELLED'`],
    [
      'order :order is DELIVERING, and its delivery is CANCELLED',
      'delivery :delivery has status CANCELLED, told as STARTED',
    ],
  ),
  'a delivery of no order': added(
    'delivery.deliveries',
    'dlv_stray',
    'order_id, customer, address, lines, status',
    `'ord_none', 'x', 'y', '[]', 'STARTED'`,
    ['delivery dlv_stray is of no order: ord_none', 'delivery dlv_stray was never told of'],
  ),
  'a page with an order that is not delivered': changed(
    'views.orders',
    `id = ':deliveredOrder'`,
    ['status', `'DELIVERED'`, `'PAID'`],
    'order :deliveredOrder is shown with status "PAID", told as "DELIVERED"',
  ),
};

/** An order that its workflow cannot bring on. */
export const STUCK = order(
  'ord_stuck',
  'PAID',
  `'CAPTURED', 'pay_x'`,
  'order ord_stuck is PAID, and left alone: its workflow is stuck',
);
