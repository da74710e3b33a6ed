import { z } from 'zod';
import type { RideKickboard } from '../../workflows/kickboard/contract';
import { returnKickboard, rideBegun } from '../../workflows/kickboard/messages';
import { RIDE_MINUTES } from '../../workflows/kickboard/policy';
import type { rideKickboard } from '../../workflows/kickboard/ride-kickboard';
import { visible } from '../caller';
import { changed } from '../change';
import type { Deps } from '../deps';
import { endpoint, type Api } from '../endpoint';
import type { Operation } from '../idempotency';
import { listRoute } from '../list';
import { Problem, problemOf } from '../problems';
import type { Beginning } from '../beginning';
import { progressRoute } from '../progress';
import { placed, placeOf } from '../places';
import { IdInBody, ReasonOfAdmin, typeId } from '../schemas';
import { RideStatuses, rideView, RideView } from './views';

const Id = z.strictObject({ id: typeId('rid') });
const NewRide = z.strictObject({
  kickboardId: IdInBody,
  passId: IdInBody,
  minutes: z.int().min(1).max(720).default(RIDE_MINUTES),
});

/** Seed 000, K2–K4: a customer rides a kickboard on a pass, and brings it back. */
export function rideRoutes(api: Api): void {
  const { deps } = api;
  const { kickboardReads, sagas } = deps;
  const tag = 'Kickboard';

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/rides',
      summary: 'Ride a kickboard',
      tag,
      who: ['customer'],
      body: NewRide,
      example: (offer) => ({ kickboardId: offer('kbd'), passId: offer('pas') }),
      answers: { 201: RideView },
      problems: [
        'kickboard-unavailable',
        'pass-not-available',
        'unknown-kickboard',
        'unknown-pass',
        'kickboard-unavailable-now',
      ],
      makes: 'rid',
    },
    async ({ caller, body, operation }) => {
      const { thingId: id, answerBy } = operation;
      const ride = await sagas.make(operation, {
        read: () => kickboardReads.ride(id),
        saga: async () => {
          await mayRide(deps, caller.user, body, operation);
          return rideSaga(deps, { ...body, id, customer: caller.user, answerBy });
        },
      });
      if (!ride) throw problemOf(await kickboardReads.refusedRide(id), 'kickboard-unavailable-now');
      return { status: 201, location: `/v1/rides/${id}`, body: rideView(ride, caller) };
    },
  );

  endpoint(
    api,
    {
      method: 'post',
      path: '/v1/rides/{id}/return',
      summary: 'Bring a kickboard back',
      tag,
      who: ['customer', 'admin'],
      params: Id,
      body: placed({ reason: ReasonOfAdmin }),
      example: () => ({ location: '분당_정자역_3구역' }),
      answers: { 200: RideView, 202: RideView },
      problems: ['already-returned', 'unknown-station', 'kickboard-unavailable-now'],
    },
    async ({ caller, params, body, operation }) => {
      const row = visible(await kickboardReads.ride(params.id), caller);
      const { status, now: ride } = await changed(sagas, operation, {
        service: 'kickboard',
        row,
        update: returnKickboard,
        what: await placeOf(deps, body),
        read: (id) => kickboardReads.ride(id),
        isDone: ({ status }) => status === 'RETURNED',
        refused: ({ status }) => (status === 'RETURNED' ? 'already-returned' : undefined),
      });
      return { status, body: rideView(ride, caller) };
    },
  );

  listRoute(api, {
    path: '/v1/rides',
    summary: 'Rides: your own, or all for an admin',
    tag,
    who: ['customer', 'admin'],
    prefix: 'rid',
    filter: { status: RideStatuses.optional(), kickboardId: typeId('kbd').optional() },
    view: RideView,
    read: (filter, page) => kickboardReads.rides(filter, page),
    show: (rows, caller) => rows.map((row) => rideView(row, caller)),
  });

  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/rides/{id}',
      summary: 'A ride',
      tag,
      who: ['customer', 'admin'],
      params: Id,
      answers: { 200: RideView },
    },
    async ({ caller, params }) => ({
      status: 200,
      body: rideView(visible(await kickboardReads.ride(params.id), caller), caller),
    }),
  );

  progressRoute(api, {
    things: 'rides',
    prefix: 'rid',
    tag,
    service: 'kickboard',
    find: async (id, caller) => visible(await kickboardReads.ride(id), caller),
  });
}

/** What can be seen beforehand starts no saga. @throws Problem why there is no riding */
async function mayRide(
  { kickboardReads }: Deps,
  customer: string,
  { kickboardId, passId }: z.output<typeof NewRide>,
  { askedBefore }: Operation,
): Promise<void> {
  const [kickboard, pass, isRidden] = await Promise.all([
    kickboardReads.kickboard(kickboardId),
    kickboardReads.pass(passId),
    kickboardReads.isRidden(passId),
  ]);
  if (!kickboard) throw new Problem('unknown-kickboard');
  if (pass?.customer !== customer) throw new Problem('unknown-pass');
  // Asked before, both may be taken by this very ride.
  if (askedBefore) return;
  if (pass.status !== 'AVAILABLE' || isRidden) throw new Problem('pass-not-available');
  if (kickboard.status === 'RENTED' || kickboard.status === 'MISSING')
    throw new Problem('kickboard-unavailable');
}

const rideSaga = ({ kickboard }: Deps, order: RideKickboard): Beginning<typeof rideKickboard> => ({
  service: 'kickboard',
  workflow: 'rideKickboard',
  args: [order],
  answer: rideBegun,
  customer: order.customer,
  summary: `${order.minutes} minutes on ${order.kickboardId}`,
  about: { kickboard: order.kickboardId, pass: order.passId, minutes: order.minutes },
  refuse: (failure) => kickboard.refuse(order, failure),
});
