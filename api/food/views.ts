import { z } from 'zod';
import type { Menu, OrderRow } from '../../activities/food/reads';
import { DELIVERY, type DeliveryStatus } from '../../workflows/delivery/contract';
import { CANCEL_REASONS, ORDER, ORDER_PAYMENTS } from '../../workflows/food/contract';
import { portionsOf } from '../../workflows/food/policy';
import type { Caller } from '../caller';
import { Money, typeId } from '../schemas';
import { createdAtOf, Made, Owned, ownedView } from '../thing';

export const OrderStatuses = z.enum(ORDER.statuses).exclude(['REFUSED']);
const DeliveryStatuses = z.enum(['NONE', 'REQUESTED', ...DELIVERY.statuses]);

export const MenuView = z
  .strictObject({
    id: typeId('mnu'),
    name: z.string(),
    price: Money,
    description: z.string().optional(),
    picture: z.string().optional().meta({ description: 'A URL by https, or a path' }),
    ...Made,
  })
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
    ...Owned,
  })
  .meta({ id: 'Order' });

export const menuView = ({ description, picture, ...menu }: Menu): z.output<typeof MenuView> => ({
  ...menu,
  ...(description !== null && { description }),
  ...(picture !== null && { picture }),
  createdAt: createdAtOf(menu.id),
});

/** @param delivery how it stands, as delivery tells it; undefined while it has told nothing */
export const orderView = (
  order: OrderRow,
  delivery: DeliveryStatus | null | undefined,
  caller: Caller,
): z.output<typeof OrderView> => ({
  id: order.id,
  status: order.status,
  statusText: order.statusText,
  menu: order.lines.map(({ name }) => name).join(', '),
  quantity: portionsOf(order.lines),
  totalPrice: order.totalPrice,
  items: order.lines.map(({ menuId, name: menu, quantity, price }) => ({ menuId, menu, quantity, price })),
  address: order.address,
  payment: { id: order.paymentId, status: order.payment, method: order.paymentMethod },
  delivery: { id: order.deliveryId, status: delivery ?? (isRequested(order) ? 'REQUESTED' : 'NONE') },
  ...(order.reason !== null && { reason: order.reason }),
  ...ownedView(order, caller),
});

/** Food asks for a delivery of what is paid. */
const isRequested = ({ status }: OrderRow) =>
  status === 'PAID' || status === 'DELIVERING' || status === 'DELIVERED';
