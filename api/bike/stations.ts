import { z } from 'zod';
import type { Station } from '../../activities/bike/stations';
import { endpoint, type Api } from '../endpoint';
import { areaOf, Lat, Lon, pageOnMap } from '../places';
import { Problem } from '../problems';
import { cursorOf, listOf, pageOf, Title, typeId } from '../schemas';
import { createdAtOf, Made } from '../thing';
import { says } from '../validation-words';

const Id = z.strictObject({ id: typeId('sta') });
const Capacity = z.int().min(0).max(10_000).meta({ description: 'Vehicles that fit' });
const NewStation = z.strictObject({ name: Title, lat: Lat, lon: Lon, capacity: Capacity });
const Edit = NewStation.partial()
  .refine((edit) => Object.keys(edit).length > 0, says('no change'))
  .meta({ minProperties: 1 });

const StationView = z
  .strictObject({ id: typeId('sta'), name: z.string(), lat: Lat, lon: Lon, capacity: Capacity, ...Made })
  .meta({ id: 'Station' });

const stationView = (station: Station): z.output<typeof StationView> => ({
  ...station,
  createdAt: createdAtOf(station.id),
});

/** Stations, where bikes and kickboards stand: an admin's to change, found by anyone. */
export function stationRoutes(api: Api): void {
  const { kickboard, kickboardReads, presence, stations } = api.deps;
  const tag = 'Stations';

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/stations',
      summary: 'Open a station',
      tag,
      who: ['admin'],
      body: NewStation,
      example: () => ({ name: '이매역', lat: 37.3957, lon: 127.1283, capacity: 20 }),
      answers: { 201: StationView },
      makes: 'sta',
    },
    async ({ body, operation: { thingId: id } }) => {
      await presence.of('bike');
      await stations.add({ id, ...body });
      return { status: 201, location: `/v1/stations/${id}`, body: stationView({ id, ...body }) };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/stations',
      summary: 'Stations, all or those in an area',
      tag,
      who: 'any',
      query: pageOnMap({ cursor: cursorOf('sta') }),
      answers: { 200: listOf(StationView) },
    },
    async ({ query: { limit, cursor: after, ...area } }) => {
      const rows = await stations.stations({ ...areaOf(area), after, limit: limit + 1 });
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { data: page.map(stationView), nextCursor } };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/stations/{id}',
      summary: 'A station',
      tag,
      who: 'any',
      params: Id,
      answers: { 200: StationView },
    },
    async ({ params: { id } }) => {
      const station = await stations.station(id);
      if (!station) throw new Problem('not-found');
      return { status: 200, body: stationView(station) };
    },
  );

  endpoint(
    api,
    {
      method: 'patch',
      path: '/v1/stations/{id}',
      summary: 'Change a station; its vehicles go with it',
      tag,
      who: ['admin'],
      params: Id,
      body: Edit,
      example: () => ({ capacity: 24 }),
      answers: { 200: StationView },
    },
    async ({ params: { id }, body }) => {
      await presence.of('bike');
      const station = await stations.change(id, body);
      if (!station) throw new Problem('not-found');
      // Of another database: where it fails, the same PATCH again makes it good.
      await kickboard.follow(station);
      return { status: 200, body: stationView(station) };
    },
  );

  endpoint(
    api,
    {
      method: 'delete',
      path: '/v1/stations/{id}',
      summary: 'Close a station where no vehicle stands',
      tag,
      who: ['admin'],
      params: Id,
      answers: { 204: null },
      problems: ['station-in-use'],
    },
    async ({ params: { id } }) => {
      await presence.of('bike');
      if (!(await stations.station(id))) throw new Problem('not-found');
      if (await kickboardReads.isAt(id)) throw new Problem('station-in-use');
      if (!(await stations.remove(id))) throw new Problem('station-in-use');
      return { status: 204 };
    },
  );
}
