import { z } from 'zod';
import { KICKBOARD_STATUSES } from '../../workflows/kickboard/contract';
import { endpoint, type Api } from '../endpoint';
import { Problem } from '../problems';
import { areaOf, pageOnMap, placed, placeOf } from '../places';
import { cursorOf, FULL, listOf, Numeral, pageOf, Percent, typeId } from '../schemas';
import { kickboardView, KickboardView } from './views';

const Id = z.strictObject({ id: typeId('kbd') });

/** Kickboards: registered and deleted by an admin (K5), found by anyone. */
export function kickboardRoutes(api: Api): void {
  const { deps } = api;
  const { kickboard, kickboardReads, presence } = deps;
  const tag = 'Kickboard';

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/kickboards',
      summary: 'Register a kickboard',
      tag,
      who: ['admin'],
      body: placed({ batteryLevel: Percent.default(FULL) }),
      example: () => ({ location: '분당_정자역_1구역' }),
      answers: { 201: KickboardView },
      problems: ['unknown-station'],
      makes: 'kbd',
    },
    async ({ body, operation: { thingId: id } }) => {
      const { batteryLevel } = body;
      const { location, spot } = await placeOf(deps, body);
      await presence.of('kickboard');
      await kickboard.register({ id, location, batteryLevel, spot });
      const { stationId = null, lat = null, lon = null } = spot ?? {};
      const registered = { id, status: 'REGISTERED', location, batteryLevel, stationId, lat, lon } as const;
      return { status: 201, location: `/v1/kickboards/${id}`, body: kickboardView(registered) };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/kickboards',
      summary: 'Kickboards, all or by state, battery and area',
      tag,
      who: 'any',
      query: pageOnMap({
        cursor: cursorOf('kbd'),
        status: z.enum(KICKBOARD_STATUSES).optional(),
        batteryBelow: Numeral(1, 101).optional(),
      }),
      answers: { 200: listOf(KickboardView) },
    },
    async ({ query: { limit, cursor: after, status, batteryBelow, ...area } }) => {
      const filter = { status, batteryBelow, after, limit: limit + 1 };
      const rows = await kickboardReads.kickboards({ ...filter, ...areaOf(area) });
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
