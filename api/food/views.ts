import { z } from 'zod';
import type { OrderRow } from '../../activities/food/reads';
import { CANCEL_REASONS, ORDER, ORDER_PAYMENTS } from '../../workflows/food/contract';
import { portionsOf } from '../../workflows/food/policy';
import { Money, typeId } from '../schemas';

export const OrderStatuses = z.enum(ORDER.statuses).exclude(['REFUSED']);
const DeliveryStatuses = z.enum(['NONE', 'REQUESTED', 'STARTED', 'COMPLETED', 'CANCELLED']);

export const MenuView = z
  .strictObject({ id: typeId('mnu'), name: z.string(), price: Money })
  .meta({ id: 'Menu' });

export const OrderView = z
  .strictObject({
    id: typeId('ord'),
    status: OrderStatuses,
    statusText: z.string(),
    menu: z.string().meta({ description: 'Names of what was ordered' }),
    quantity: z.int().meta({ description: 'All portions together' }),
    totalPrice: Money,
    items: z.array(
      z.strictObject({
        menuId: typeId('mnu'),
        menu: z.string(),
        quantity: z.int(),
        price: Money.meta({ description: 'Of one, whole KRW' }),
      }),
    ),
    address: z.string(),
    payment: z.strictObject({
      id: z.string().nullable(),
      status: z.enum(ORDER_PAYMENTS),
      method: z.string(),
    }),
    delivery: z.strictObject({ id: typeId('dlv'), status: DeliveryStatuses }),
    reason: z.enum(CANCEL_REASONS).optional().meta({ description: 'Why a CANCELLED order was cancelled' }),
  })
  .meta({ id: 'Order' });

export const orderView = (order: OrderRow): z.output<typeof OrderView> => ({
  id: order.id,
  status: order.status,
  statusText: order.statusText,
  menu: order.lines.map(({ name }) => name).join(', '),
  quantity: portionsOf(order.lines),
  totalPrice: order.totalPrice,
  items: order.lines.map(({ menuId, name: menu, quantity, price }) => ({ menuId, menu, quantity, price })),
  address: order.address,
  payment: { id: order.paymentId, status: order.payment, method: order.paymentMethod },
  delivery: { id: order.deliveryId, status: deliveryStatus(order) },
  ...(order.reason !== null && { reason: order.reason }),
});

/** As the order knows it: delivery itself may be down. */
function deliveryStatus({ status, payment }: OrderRow): z.output<typeof DeliveryStatuses> {
  switch (status) {
    case 'ORDERED':
      return 'NONE';
    case 'PAID':
      return 'REQUESTED';
    case 'DELIVERING':
      return 'STARTED';
    case 'DELIVERED':
      return 'COMPLETED';
    case 'CANCELLED':
      return payment === 'REFUNDED' || payment === 'WRITTEN_OFF' ? 'CANCELLED' : 'NONE';
  }
}
