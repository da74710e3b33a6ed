import { z } from 'zod';
import { typeid } from 'typeid-js';
import type { OrderFood, OrderLine } from '../../workflows/food/contract';
import { orderTaken } from '../../workflows/food/messages';
import type { orderFood } from '../../workflows/food/order-food';
import { portionsOf, totalOf } from '../../workflows/food/policy';
import { krw } from '../../workflows/wording';
import type { Deps } from '../deps';
import { endpoint, type Api } from '../endpoint';
import { CARD } from '../examples';
import type { Operation } from '../idempotency';
import { refuseUnknownToken, Payment } from '../payment/means';
import { Problem, problemOf } from '../problems';
import type { Beginning } from '../beginning';
import { IdInBody, Place } from '../schemas';
import { says } from '../validation-words';
import { orderView, OrderView } from './views';

const LINES_AT_MOST = 20;
const Quantity = z.int().min(1).max(99);
const Item = z.strictObject({ menuId: IdInBody, quantity: Quantity });
type Item = z.output<typeof Item>;

const NewOrder = z
  .strictObject({
    menuId: IdInBody.optional(),
    quantity: Quantity.optional(),
    items: z
      .array(Item)
      .min(1)
      .max(LINES_AT_MOST)
      .refine((items) => new Set(items.map(({ menuId }) => menuId)).size === items.length, says('menu twice'))
      .optional(),
    address: Place,
    payment: Payment,
  })
  .refine(
    ({ menuId, quantity, items }) =>
      items ? menuId === undefined && quantity === undefined : menuId !== undefined && quantity !== undefined,
    { message: says('items or one'), path: ['items'] },
  )
  .meta({ oneOf: [{ required: ['menuId', 'quantity'] }, { required: ['items'] }] });

/** Seed 002, F1: a customer orders and pays in one act; what payment cannot take now it takes later. */
export function purchaseRoutes(api: Api): void {
  const { deps } = api;
  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/orders',
      summary: 'Order food: taken at once, charged as soon as payment answers',
      tag: 'Food',
      who: ['customer'],
      body: NewOrder,
      example: (offer) => ({ menuId: offer('mnu'), quantity: 2, address: '판교역 1번 출구', payment: CARD }),
      answers: { 201: OrderView },
      problems: ['unknown-menu', 'unknown-token', 'food-unavailable'],
      makes: 'ord',
    },
    async ({ caller, body, operation }) => {
      const { thingId: id } = operation;
      const taken = await deps.sagas.make(operation, {
        read: () => deps.foodReads.order(id),
        saga: async () => {
          refuseUnknownToken(deps.config, body.payment);
          const lines = await linesOf(deps, itemsOf(body));
          return orderSaga(deps, orderOf(deps, caller.user, lines, body, operation));
        },
      });
      if (!taken) throw problemOf(await deps.foodReads.refusedOrder(id), 'food-unavailable');
      return { status: 201, location: `/v1/orders/${id}`, body: orderView(taken, undefined, caller) };
    },
  );
}

const itemsOf = ({ menuId = '', quantity = 0, items }: z.output<typeof NewOrder>): Item[] =>
  items ?? [{ menuId, quantity }];

/** At today's prices. @throws Problem unknown-menu */
async function linesOf({ foodReads }: Deps, items: readonly Item[]): Promise<OrderLine[]> {
  const menus = await foodReads.menusById(items.map(({ menuId }) => menuId));
  return items.map(({ menuId, quantity }) => {
    const menu = menus.get(menuId);
    if (!menu) throw new Problem('unknown-menu');
    return { menuId, name: menu.name, price: menu.price, quantity };
  });
}

const orderOf = (
  { config }: Deps,
  customer: string,
  lines: OrderLine[],
  { address, payment }: z.output<typeof NewOrder>,
  { thingId: id, answerBy }: Operation,
): OrderFood => ({
  id,
  customer,
  lines,
  totalPrice: totalOf(lines),
  address,
  payment,
  statusText: config.orderInitialStatus,
  deliveryId: typeid('dlv').toString(),
  answerBy,
});

const orderSaga = ({ food }: Deps, wanted: OrderFood): Beginning<typeof orderFood> => ({
  service: 'food',
  workflow: 'orderFood',
  args: [wanted],
  answer: orderTaken,
  customer: wanted.customer,
  summary: `${portionsOf(wanted.lines)} portions · ${krw(wanted.totalPrice)}`,
  about: {
    dishes: wanted.lines.map(({ name, quantity }) => `${quantity} × ${name}`).join(', '),
    price: `${krw(wanted.totalPrice)} by ${wanted.payment.method}`,
    delivery: wanted.deliveryId,
  },
  refuse: (failure) => food.refuse(wanted, failure),
});
