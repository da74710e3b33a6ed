import { z } from 'zod';
import type { DeliveryReads, DeliveryRow } from '../../activities/delivery/reads';
import type { FoodReads } from '../../activities/food/reads';
import type { OrderStatus } from '../../workflows/food/contract';
import { completeDelivery } from '../../workflows/food/messages';
import { refusedCompletion } from '../../workflows/food/policy';
import { type Caller, isAdmin } from '../caller';
import { changed } from '../change';
import { endpoint, type Api } from '../endpoint';
import { listRoute } from '../list';
import { Problem } from '../problems';
import { reached } from '../reach';
import { typeId } from '../schemas';
import { DeliveryStatuses, deliveryView, DeliveryView } from './views';

export const Id = z.strictObject({ id: typeId('dlv') });
const Completed = z
  .strictObject({ id: typeId('dlv'), orderId: typeId('ord'), status: z.literal('COMPLETED') })
  .meta({ id: 'CompletedDelivery' });

/** Seed 002, F2: deliveries as couriers see them, and how one is completed. */
export function deliveryRoutes(api: Api): void {
  const { deliveryReads, foodReads, sagas } = api.deps;
  const tag = 'Delivery';

  listRoute(api, {
    path: '/v1/deliveries',
    summary: 'Deliveries: yours, offered to you, and open to everyone; all for an admin',
    tag,
    who: ['courier', 'admin'],
    prefix: 'dlv',
    filter: { status: DeliveryStatuses.optional() },
    view: DeliveryView,
    // Of a courier's deliveries none is of the courier's own.
    read: ({ customer, ...filter }, page, caller) =>
      deliveryReads.deliveries(
        isAdmin(caller) ? { ...filter, customer } : { ...filter, courier: caller.user },
        page,
      ),
    show: (rows, caller) => rows.map((row) => deliveryView(row, caller)),
  });

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/deliveries/{id}',
      summary: 'A delivery',
      tag,
      who: ['courier', 'admin'],
      params: Id,
      answers: { 200: DeliveryView },
    },
    async ({ caller, params }) => ({
      status: 200,
      body: deliveryView(await visibleDelivery(deliveryReads, params.id, caller), caller),
    }),
  );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/deliveries/{id}/complete',
      summary: 'The customer has it',
      tag,
      who: ['courier'],
      params: Id,
      answers: { 200: Completed, 202: DeliveryView },
      problems: ['already-completed', 'cancelled', 'conflict', 'delivery-unavailable', 'food-unavailable'],
    },
    async ({ caller, params, operation }) => {
      const { id, orderId } = await visibleDelivery(deliveryReads, params.id, caller);
      const read = () => bothOf(deliveryReads, foodReads, id, orderId);
      const { status } = await changed(sagas, operation, {
        service: 'food',
        row: await read(),
        update: completeDelivery,
        what: { courier: caller.user },
        read,
        isDone: ({ order, courier }) => order === 'DELIVERED' && courier === caller.user,
        refused: ({ order }) => refusedCompletion(order),
      });
      if (status === 202)
        return { status, body: deliveryView(await visibleDelivery(deliveryReads, id, caller), caller) };
      return { status, body: { id, orderId, status: 'COMPLETED' as const } };
    },
  );
}

/** A delivery with its order, whose workflow completes it. Two databases: no join. */
async function bothOf(
  deliveries: DeliveryReads,
  food: FoodReads,
  id: string,
  orderId: string,
): Promise<{ id: string; order: OrderStatus; courier: string | null }> {
  const [delivery, order] = await Promise.all([
    deliveries.delivery(id),
    reached('food-unavailable', food.order(orderId)),
  ]);
  if (!delivery || !order) throw new Problem('not-found');
  return { id: orderId, order: order.status, courier: delivery.courier };
}

/**
 * A delivery that the caller may know of.
 * @throws Problem not-found
 */
const visibleDelivery = async (reads: DeliveryReads, id: string, caller: Caller): Promise<DeliveryRow> =>
  visibleTo(caller, await reads.delivery(id));

/**
 * The delivery, where it is the caller's, offered to them or open to everyone, or any for an admin.
 * @throws Problem not-found: another courier's delivery does not exist
 */
export function visibleTo(caller: Caller, delivery: DeliveryRow | undefined): DeliveryRow {
  const isOpen = delivery?.courier === null;
  if (!delivery || !(isOpen || delivery.courier === caller.user || isAdmin(caller)))
    throw new Problem('not-found');
  return delivery;
}
