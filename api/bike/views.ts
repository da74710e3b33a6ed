import { z } from 'zod';
import type { Bike, RentalRow } from '../../activities/bike/reads';
import { BIKE_STATUSES } from '../../workflows/bike/contract';
import { BILL_STATUSES, billIdOf, type Tariff } from '../../workflows/billing/contract';
import { type BillLine, linesOf } from '../../workflows/billing/policy';
import type { BillRow } from '../../views/rentals';
import type { Caller } from '../caller';
import type { Locale } from '../problem-row';
import { OnMapView, onMapView } from '../places';
import { Instant, Money, Percent, typeId } from '../schemas';
import { createdAtOf, Made, Owned, ownedView } from '../thing';

export const BikeView = z
  .strictObject({
    id: typeId('bik'),
    status: z.enum(BIKE_STATUSES),
    location: z.string(),
    batteryLevel: Percent,
    ...OnMapView,
    ...Made,
  })
  .meta({ id: 'Bike' });

const BillView = z
  .strictObject({
    id: typeId('bil'),
    status: z.enum(BILL_STATUSES).meta({ description: 'PENDING until billing has opened it' }),
    minutes: z.int().nullable().meta({ description: 'Every started one; null until the bike is back' }),
    fee: Money.nullable(),
    lines: z
      .array(z.strictObject({ text: z.string(), quantity: z.int(), price: z.int(), amount: z.int() }))
      .meta({ description: 'Why it is what it is: whole KRW, together the fee' }),
  })
  .meta({ id: 'Bill' });

export const RentalStatuses = z.enum(['RENTED', 'RETURNED']);

export const RentalView = z
  .strictObject({
    id: typeId('rnt'),
    status: RentalStatuses,
    bikeId: typeId('bik'),
    startedAt: Instant,
    startLocation: z.string(),
    endedAt: Instant.optional(),
    endLocation: z.string().optional(),
    bill: BillView,
    ...Owned,
  })
  .meta({ id: 'Rental' });

export const bikeView = ({ stationId, lat, lon, ...bike }: Bike): z.output<typeof BikeView> => ({
  ...bike,
  ...onMapView({ stationId, lat, lon }),
  createdAt: createdAtOf(bike.id),
});

export const rentalView = (
  rental: RentalRow,
  { billStatus, minutes, fee, tariff }: BillRow,
  caller: Caller,
): z.output<typeof RentalView> => ({
  id: rental.id,
  status: rental.status,
  bikeId: rental.bikeId,
  startedAt: rental.startedAt.toISOString(),
  startLocation: rental.startLocation,
  ...(rental.endedAt && { endedAt: rental.endedAt.toISOString() }),
  ...(rental.endLocation !== null && { endLocation: rental.endLocation }),
  bill: {
    id: billIdOf(rental.id),
    status: billStatus ?? 'PENDING',
    minutes,
    fee,
    lines:
      minutes !== null && tariff
        ? linesOf(minutes, tariff).map(({ what, ...line }) => ({
            text: textOf(what, tariff, caller.locale),
            ...line,
          }))
        : [],
  },
  ...ownedView(rental, caller),
});

function textOf(what: BillLine['what'], tariff: Tariff, locale: Locale): string {
  const { firstMinutes, stepMinutes, dayAtMost } = tariff;
  const most = dayAtMost.toLocaleString(locale);
  const texts = {
    FIRST: { ko: `기본요금 (처음 ${firstMinutes}분)`, en: `The first ${firstMinutes} minutes` },
    STEPS: { ko: `추가요금 (${stepMinutes}분마다)`, en: `Each started ${stepMinutes} minutes after them` },
    DAY_AT_MOST: { ko: `24시간 최대 ${most}원 적용`, en: `At most KRW ${most} for 24 hours` },
  };
  return texts[what][locale];
}
