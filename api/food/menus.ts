import { z } from 'zod';
import { endpoint, type Api } from '../endpoint';
import { Problem } from '../problems';
import { cursorOf, listOf, Page, pageOf, Price, Prose, Title, typeId } from '../schemas';
import { says } from '../validation-words';
import { menuView, MenuView } from './views';

/** "https://…", or a path on the site that shows it: nothing that a page would run. */
const Picture = z
  .string()
  .max(500)
  .regex(/^(https:\/\/[^\s\/?#]+|\/(?![\/\\]))[!-~]*$/, says('picture'))
  .meta({ description: 'A URL by https, or a path on the site that shows it' });

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
      body: z.strictObject({
        name: Title,
        price: Price,
        description: Prose({ least: 1, most: 500 }).optional(),
        picture: Picture.optional(),
      }),
      example: () => ({ name: '김치볶음밥', price: 8_000, description: '반숙 계란을 올려 드려요' }),
      answers: { 201: MenuView },
      makes: 'mnu',
    },
    async ({ body: { description = null, picture = null, ...body }, operation: { thingId: id } }) => {
      const menu = { id, ...body, description, picture };
      await presence.of('food');
      await food.addMenu(menu);
      return { status: 201, location: `/v1/menus/${id}`, body: menuView(menu) };
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
