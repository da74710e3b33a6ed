import { z } from 'zod';
import { endpoint, type Api } from '../endpoint';
import { Problem } from '../problems';
import { cursorOf, listOf, Page, pageOf, Price, Title, typeId } from '../schemas';
import { menuView, MenuView } from './views';

/** What can be ordered: put on the list by an admin, seen by anyone. */
export function menuRoutes(api: Api): void {
  const { food, foodReads, presence } = api.deps;
  const tag = 'Food';

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/menus',
      summary: 'Put a dish on the list',
      tag,
      who: ['admin'],
      body: z.strictObject({ name: Title, price: Price }),
      answers: { 201: MenuView },
      makes: 'mnu',
    },
    async ({ body: { name, price }, operation: { thingId: id } }) => {
      await presence.of('food');
      await food.addMenu(id, name, price);
      return { status: 201, location: `/v1/menus/${id}`, body: menuView({ id, name, price }) };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/menus/{id}',
      summary: 'A dish',
      tag,
      who: 'any',
      params: z.strictObject({ id: typeId('mnu') }),
      answers: { 200: MenuView },
    },
    async ({ params: { id } }) => {
      const menu = (await foodReads.menusById([id])).get(id);
      if (!menu) throw new Problem('not-found');
      return { status: 200, body: menuView(menu) };
    },
  );

  endpoint(
    api,
    {
      method: 'delete',
      path: '/v1/menus/{id}',
      summary: 'Take a dish off the list; what was ordered stays',
      tag,
      who: ['admin'],
      params: z.strictObject({ id: typeId('mnu') }),
      answers: { 204: null },
    },
    async ({ params: { id } }) => {
      await presence.of('food');
      if (!(await food.removeMenu(id))) throw new Problem('not-found');
      return { status: 204 };
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
      query: Page.extend({ cursor: cursorOf('mnu') }),
      answers: { 200: listOf(MenuView) },
    },
    async ({ query: { limit, cursor } }) => {
      const rows = await foodReads.menus(limit + 1, cursor);
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { data: page.map(menuView), nextCursor } };
    },
  );
}
