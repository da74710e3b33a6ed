import { z } from 'zod';
import { KICKBOARD_STATUSES } from '../../workflows/kickboard/contract';
import { endpoint, type Api } from '../endpoint';
import { Problem } from '../problems';
import { cursorOf, listOf, Page, pageOf, Place, typeId } from '../schemas';
import { kickboardView, KickboardView } from './views';

const Id = z.strictObject({ id: typeId('kbd') });

/** Kickboards: registered and deleted by an admin (K5), found by anyone. */
export function kickboardRoutes(api: Api): void {
  const { kickboard, kickboardReads, presence } = api.deps;
  const tag = 'Kickboard';

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/kickboards',
      summary: 'Register a kickboard',
      tag,
      who: ['admin'],
      body: z.strictObject({ location: Place }),
      answers: { 201: KickboardView },
      makes: 'kbd',
    },
    async ({ body: { location }, operation: { thingId: id } }) => {
      await presence.of('kickboard');
      await kickboard.register(id, location);
      return {
        status: 201,
        location: `/v1/kickboards/${id}`,
        body: kickboardView({ id, status: 'REGISTERED', location }),
      };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/kickboards',
      summary: 'Kickboards, all or those in one state',
      tag,
      who: 'any',
      query: Page.extend({ cursor: cursorOf('kbd'), status: z.enum(KICKBOARD_STATUSES).optional() }),
      answers: { 200: listOf(KickboardView) },
    },
    async ({ query: { limit, cursor, status } }) => {
      const rows = await kickboardReads.kickboards(limit + 1, status, cursor);
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { data: page.map(kickboardView), nextCursor } };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/kickboards/{id}',
      summary: 'A kickboard',
      tag,
      who: 'any',
      params: Id,
      answers: { 200: KickboardView },
    },
    async ({ params }) => {
      const found = await kickboardReads.kickboard(params.id);
      if (!found) throw new Problem('not-found');
      return { status: 200, body: kickboardView(found) };
    },
  );

  endpoint(
    api,
    {
      method: 'delete',
      path: '/v1/kickboards/{id}',
      summary: 'Take a kickboard out of service',
      tag,
      who: ['admin'],
      params: Id,
      answers: { 204: null },
      problems: ['kickboard-rented'],
    },
    async ({ params }) => {
      if (!(await kickboardReads.kickboard(params.id))) throw new Problem('not-found');
      await presence.of('kickboard');
      if (!(await kickboard.remove(params.id))) throw new Problem('kickboard-rented');
      return { status: 204 };
    },
  );
}
