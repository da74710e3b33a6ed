import { z } from 'zod';
import type { Bike } from '../../activities/bike/reads';
import type { ReportBike } from '../../workflows/bike/contract';
import { bikeReported } from '../../workflows/bike/messages';
import type { reportBike } from '../../workflows/bike/report-bike';
import { BIKE_STATUSES } from '../../workflows/bike/contract';
import type { Deps } from '../deps';
import { endpoint, type Api } from '../endpoint';
import { Problem, problemOf } from '../problems';
import type { Beginning } from '../beginning';
import { createdAtOf, Made } from '../thing';
import { areaOf, pageOnMap, placed, placeOf } from '../places';
import { cursorOf, FULL, listOf, Note, Numeral, pageOf, Percent, typeId } from '../schemas';
import { bikeView, BikeView } from './views';

const Id = z.strictObject({ id: typeId('bik') });

const ReportView = z
  .strictObject({
    id: typeId('rpt'),
    bike: BikeView,
    pointsEarned: z.int(),
    points: z.int().meta({ description: 'Yours, with them' }),
    ...Made,
  })
  .meta({ id: 'Report' });

/** Bikes: registered by an admin (B1), found by anyone, reported on by managers (B6). */
export function bikeRoutes(api: Api): void {
  const { deps } = api;
  const { bike, bikeReads, config } = deps;
  const tag = 'Bike';

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/bikes',
      summary: 'Register a bike',
      tag,
      who: ['admin'],
      body: placed({
        batteryLevel: Percent.default(FULL),
        status: z.enum(['AVAILABLE', 'BROKEN']).default('AVAILABLE'),
      }),
      example: () => ({ location: '분당_정자역_1구역', batteryLevel: 80 }),
      answers: { 201: BikeView },
      problems: ['unknown-station'],
      makes: 'bik',
    },
    async ({ body, operation: { thingId: id } }) => {
      const { batteryLevel, status } = body;
      const { location, spot } = await placeOf(deps, body);
      await deps.presence.of('bike');
      const isRegistered = await bike.register({ id, location, batteryLevel, status, spot });
      if (!isRegistered) throw new Problem('unknown-station');
      const { stationId = null, lat = null, lon = null } = spot ?? {};
      const registered = { id, location, batteryLevel, status, stationId, lat, lon };
      return { status: 201, location: `/v1/bikes/${id}`, body: bikeView(registered) };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/bikes',
      summary: 'Bikes, all or by state, battery and area',
      tag,
      who: 'any',
      query: pageOnMap({
        cursor: cursorOf('bik'),
        status: z.enum(BIKE_STATUSES).optional(),
        batteryBelow: Numeral(1, 101).optional(),
      }),
      answers: { 200: listOf(BikeView) },
    },
    async ({ query: { limit, cursor: after, status, batteryBelow, ...area } }) => {
      const filter = { status, batteryBelow, after, limit: limit + 1 };
      const rows = await bikeReads.bikes({ ...filter, ...areaOf(area) });
      const { page, nextCursor } = pageOf(rows, limit, ({ id }) => id);
      return { status: 200, body: { data: page.map(bikeView), nextCursor } };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/bikes/{id}',
      summary: 'A bike',
      tag,
      who: 'any',
      params: Id,
      answers: { 200: BikeView },
    },
    async ({ params }) => ({ status: 200, body: bikeView(await found(deps, params.id)) }),
  );

  endpoint(
    api,
    {
      method: 'delete',
      path: '/v1/bikes/{id}',
      summary: 'Take a bike out of service',
      tag,
      who: ['admin'],
      params: Id,
      answers: { 204: null },
      problems: ['bike-rented'],
    },
    async ({ params: { id } }) => {
      await found(deps, id);
      await deps.presence.of('bike');
      if (!(await bike.remove(id))) throw new Problem('bike-rented');
      return { status: 204 };
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/bikes/{id}/reports',
      summary: 'Report on a bike: earns points once it is applied, up to a limit a day',
      tag,
      who: ['manager'],
      params: Id,
      body: z.strictObject({ batteryLevel: Percent, usable: z.boolean(), note: Note.optional() }),
      example: () => ({ batteryLevel: 55, usable: true, note: '안장이 조금 헐거워요' }),
      answers: { 201: ReportView },
      problems: ['not-registered', 'bike-unavailable-now'],
      makes: 'rpt',
    },
    async ({ caller, params, body: { batteryLevel, usable, note }, operation }) => {
      const { thingId: id, answerBy } = operation;
      await found(deps, params.id);
      const said = { batteryLevel, usable, ...(note !== undefined && { note }) };
      const { reportPoints: points, reportPointsPerDay: pointsPerDay } = config;
      const earns = { points, pointsPerDay };
      const report = { id, manager: caller.user, bikeId: params.id, ...said, ...earns, answerBy };
      const made = await deps.sagas.make(operation, {
        read: () => bikeReads.report(id),
        saga: async () => {
          if (!(await bikeReads.isRegistered(caller.user))) throw new Problem('not-registered');
          return reportSaga(deps, report);
        },
      });
      if (made?.status !== 'APPLIED') throw problemOf(made?.failure, 'bike-unavailable-now');
      const body = await reportView(params.id, id, made);
      return { status: 201, location: `/v1/bikes/${params.id}/reports/${id}`, body };
    },
  );

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/bikes/{id}/reports/{reportId}',
      summary: 'A report of yours, with the bike as it is now',
      tag,
      who: ['manager'],
      params: Id.extend({ reportId: typeId('rpt') }),
      answers: { 200: ReportView },
    },
    async ({ caller, params: { id, reportId } }) => {
      const made = await bikeReads.report(reportId);
      const theirs = made?.status === 'APPLIED' && made.manager === caller.user && made.bikeId === id;
      if (!theirs) throw new Problem('not-found');
      return { status: 200, body: await reportView(id, reportId, made) };
    },
  );

  async function reportView(bikeId: string, id: string, made: { pointsEarned: number; points: number }) {
    const { pointsEarned, points } = made;
    return {
      id,
      bike: bikeView(await found(deps, bikeId)),
      pointsEarned,
      points,
      createdAt: createdAtOf(id),
    };
  }
}

const reportSaga = ({ reports }: Deps, report: ReportBike): Beginning<typeof reportBike> => ({
  service: 'bike',
  workflow: 'reportBike',
  args: [report],
  answer: bikeReported,
  customer: report.manager,
  circuit: 'bike reports',
  about: { bike: report.bikeId, battery: `${report.batteryLevel} %`, points: report.points },
  summary: `${report.batteryLevel} %, ${report.usable ? 'usable' : 'broken'}: ${report.bikeId}`,
  refuse: (failure) => reports.refuse(report, failure),
});

async function found({ bikeReads }: Deps, id: string): Promise<Bike> {
  const bike = await bikeReads.bike(id);
  if (!bike) throw new Problem('not-found');
  return bike;
}
