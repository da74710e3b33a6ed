import { z } from 'zod';
import type { OrderRow } from '../../activities/food/reads';
import { cancelOrder } from '../../workflows/food/messages';
import { refusedCancel } from '../../workflows/food/policy';
import { type Caller, visible } from '../caller';
import { changed } from '../change';
import { endpoint, type Api } from '../endpoint';
import { listRoute } from '../list';
import { Problem } from '../problems';
import { progressRoute } from '../progress';
import { unlessAway } from '../reach';
import { typeId } from '../schemas';
import { OrderStatuses, orderView, OrderView } from './views';

const Id = z.strictObject({ id: typeId('ord') });

/** Seed 002, F3, F6: orders as they are, and how their customer cancels one. */
export function orderRoutes(api: Api): void {
  const { foodReads, pages, sagas } = api.deps;
  const tag = 'Food';

  /** Orders, each with its delivery as delivery has told of it. */
  const views = async (orders: OrderRow[], caller: Caller) => {
    const deliveries = await pages.deliveries(orders.map(({ id }) => id));
    return orders.map((order) => orderView(order, deliveries.get(order.id), caller));
  };
  const view = async (order: OrderRow, caller: Caller) =>
    orderView(order, (await pages.deliveries([order.id])).get(order.id), caller);
  /** Cancelling does not need whoever keeps the pages. */
  const viewOfChange = (order: OrderRow, caller: Caller) =>
    unlessAway(view(order, caller), () => orderView(order, undefined, caller));

  listRoute(api, {
    path: '/v1/orders',
    summary: 'Orders: your own, or all for an admin',
    tag,
    who: ['customer', 'admin'],
    prefix: 'ord',
    filter: { status: OrderStatuses.optional() },
    view: OrderView,
    read: (filter, page) => foodReads.orders(filter, page),
    show: views,
  });

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/orders/{id}',
      summary: 'An order with its payment and delivery',
      tag,
      who: ['customer', 'admin'],
      params: Id,
      answers: { 200: OrderView },
    },
    async ({ caller, params }) => {
      const order = visible(await foodReads.order(params.id), caller);
      return { status: 200, body: await view(order, caller) };
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/orders/{id}/cancel',
      summary: 'Cancel an order: the money back first, or never taken',
      tag,
      who: ['customer'],
      params: Id,
      answers: { 200: OrderView, 202: OrderView },
      problems: [
        'already-delivered',
        'already-cancelled',
        'refund-refused',
        'refund-unavailable',
        'food-unavailable',
      ],
    },
    async ({ caller, params, operation }) => {
      const row = await foodReads.order(params.id);
      if (row?.customer !== caller.user) throw new Problem('not-found');
      const { status, now } = await changed(sagas, operation, {
        service: 'food',
        row,
        update: cancelOrder,
        what: {},
        read: (id) => foodReads.order(id),
        isDone: ({ status }) => status === 'CANCELLED',
        refused: ({ status }) => refusedCancel(status),
      });
      return { status, body: await viewOfChange(now, caller) };
    },
  );

  progressRoute(api, {
    things: 'orders',
    prefix: 'ord',
    tag,
    service: 'food',
    find: async (id, caller) => visible(await foodReads.order(id), caller),
  });
}
