import { z } from 'zod';
import { endpoint, type Api } from '../endpoint';
import { Line, listOf, Money, Page, pageOf, typeId } from '../schemas';
import { MenuView } from './views';

/** What can be ordered: put on the list by an admin, seen by anyone. */
export function menuRoutes(api: Api): void {
  const { food, foodReads } = api.deps;
  const tag = 'Food';

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/menus',
      summary: 'Put a dish on the list',
      tag,
      who: ['admin'],
      body: z.strictObject({ name: Line(120), price: Money.min(1).max(10_000_000) }),
      answers: { 201: MenuView },
      makes: 'mnu',
    },
    async ({ body: { name, price }, operation: { thingId: id } }) => {
      await food.addMenu(id, name, price);
      return { status: 201, location: '/v1/menus', body: { id, name, price } };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/menus',
      summary: 'What can be ordered',
      tag,
      who: 'any',
      query: Page.extend({ cursor: typeId('mnu').optional() }),
      answers: { 200: listOf(MenuView) },
    },
    async ({ query: { limit, cursor } }) => {
      const rows = await foodReads.menus(limit + 1, cursor);
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { data: page, nextCursor } };
    },
  );
}
