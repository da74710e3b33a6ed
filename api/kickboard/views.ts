import { z } from 'zod';
import type { Kickboard, PassRow, RideRow } from '../../activities/kickboard/reads';
import { KICKBOARD_STATUSES, PASS } from '../../workflows/kickboard/contract';
import { nameOf } from '../problems';
import type { Caller } from '../caller';
import { OnMapView, onMapView } from '../places';
import { Instant, Money, Percent, typeId } from '../schemas';
import { createdAtOf, Made, Owned, ownedView } from '../thing';

export const RideStatuses = z.enum(['RENTED', 'RETURNED']);
const PaymentStatuses = z.enum(['PENDING', 'NONE', 'CAPTURED']);

export const KickboardView = z
  .strictObject({
    id: typeId('kbd'),
    status: z.enum(KICKBOARD_STATUSES),
    location: z.string(),
    batteryLevel: Percent,
    ...OnMapView,
    ...Made,
  })
  .meta({ id: 'Kickboard' });

export const PassView = z
  .strictObject({
    id: typeId('pas'),
    type: z.string(),
    price: Money,
    status: z.enum(PASS.statuses),
    ridesTotal: z.int(),
    ridesLeft: z.int(),
    payment: z.strictObject({ id: z.string().nullable(), status: PaymentStatuses, method: z.string() }),
    reason: z.string().optional().meta({ description: 'Why a FAILED pass failed: the code of a problem' }),
    ...Owned,
  })
  .meta({ id: 'Pass' });

export const RideView = z
  .strictObject({
    id: typeId('rid'),
    status: RideStatuses,
    kickboardId: typeId('kbd'),
    passId: typeId('pas'),
    minutes: z.int(),
    startedAt: Instant,
    dueAt: Instant.meta({ description: 'You are reminded then' }),
    endedAt: Instant.optional(),
    location: z.string().optional().meta({ description: 'Where it was left' }),
    ...Owned,
  })
  .meta({ id: 'Ride' });

export const kickboardView = ({
  stationId,
  lat,
  lon,
  ...kickboard
}: Kickboard): z.output<typeof KickboardView> => ({
  ...kickboard,
  ...onMapView({ stationId, lat, lon }),
  createdAt: createdAtOf(kickboard.id),
});

export const passView = (pass: PassRow, caller: Caller): z.output<typeof PassView> => ({
  id: pass.id,
  type: pass.type,
  price: pass.price,
  status: pass.status,
  ridesTotal: pass.ridesTotal,
  // What was never paid is good for no ride.
  ridesLeft: pass.paymentId === null ? 0 : pass.ridesLeft,
  payment: { id: pass.paymentId, status: paymentStatus(pass), method: pass.paymentMethod },
  ...(pass.failure !== null && { reason: nameOf(pass.failure) }),
  ...ownedView(pass, caller),
});

export const rideView = (ride: RideRow, caller: Caller): z.output<typeof RideView> => ({
  id: ride.id,
  status: ride.status,
  kickboardId: ride.kickboardId,
  passId: ride.passId,
  minutes: ride.minutes,
  startedAt: ride.startedAt.toISOString(),
  dueAt: ride.dueAt.toISOString(),
  ...(ride.endedAt && { endedAt: ride.endedAt.toISOString() }),
  ...(ride.endLocation !== null && { location: ride.endLocation }),
  ...ownedView(ride, caller),
});

function paymentStatus({ status }: PassRow): z.output<typeof PaymentStatuses> {
  switch (status) {
    case 'READY_FOR_PAY':
      return 'PENDING';
    case 'FAILED':
      return 'NONE';
    case 'AVAILABLE':
    case 'USED':
      return 'CAPTURED';
  }
}
