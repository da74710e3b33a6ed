import type { Station } from '../../activities/bike/stations';
import type { Standing } from '../../activities/places';
import type { Config } from '../../config';
import type { Deps } from '../deps';
import type { DataOf, Texts } from './files';

type Plan = DataOf<'system_pricing_plans'>['plans'][number];

/** A kind of vehicle. Ranges are of usual vehicles of that kind, with a full battery. */
const KINDS = {
  bike: { formFactor: 'bicycle', propulsion: 'electric_assist', rangeM: 40_000, ko: '자전거', en: 'Bike' },
  kickboard: {
    formFactor: 'scooter_standing',
    propulsion: 'electric',
    rangeM: 30_000,
    ko: '킥보드',
    en: 'Kickboard',
  },
} as const;
type Kind = keyof typeof KINDS;

interface Fleet {
  stations: Station[];
  /** Of which nobody has one, and whose place is known. */
  vehicles: (Standing & { kind: Kind })[];
}

/** Where everything stands now, all of it read at once. */
export async function fleetNow({ bikeReads, kickboardReads, stations }: Deps): Promise<Fleet> {
  const [all, bikes, kickboards] = await Promise.all([
    stations.all(),
    bikeReads.standing(),
    kickboardReads.standing(),
  ]);
  const open = new Set(all.map(({ id }) => id));
  const vehicles = [
    ...bikes.map((bike) => ({ kind: 'bike' as const, ...bike })),
    ...kickboards.map((kickboard) => ({ kind: 'kickboard' as const, ...kickboard })),
  ]
    .filter(({ lat }) => lat !== null)
    // A kickboard may have come to a station while that was closed: it stands free, where it is.
    .map((one) => ({
      ...one,
      stationId: one.stationId !== null && open.has(one.stationId) ? one.stationId : null,
    }));
  return { stations: all, vehicles };
}

/** By their public ids: another order would tell which one came back from which ride. */
export const vehicleStatus = ({ vehicles }: Fleet): DataOf<'vehicle_status'> => ({
  vehicles: vehicles
    .map(({ publicId, kind, stationId, lat, lon, broken, batteryLevel }) => {
      const level = blurred(batteryLevel);
      return {
        vehicle_id: publicId,
        vehicle_type_id: kind,
        ...(stationId !== null
          ? { station_id: stationId }
          : lat !== null && lon !== null
            ? { lat, lon }
            : {}),
        is_reserved: false,
        is_disabled: broken,
        current_range_meters: level * KINDS[kind].rangeM,
        current_fuel_percent: level,
      };
    })
    .sort((one, other) => (one.vehicle_id < other.vehicle_id ? -1 : 1)),
});

/** In steps of a fifth, rounded down: who has 73 % before a ride and 73 % after it would be known by that. */
const blurred = (percent: number) => Math.floor(percent / 20) / 5;

export const stationStatus = ({ stations, vehicles }: Fleet, now: Date): DataOf<'station_status'> => ({
  stations: stations.map(({ id, capacity }) => {
    const here = vehicles.filter(({ stationId }) => stationId === id);
    const ready = here.filter(({ broken }) => !broken);
    return {
      station_id: id,
      num_vehicles_available: ready.length,
      vehicle_types_available: (Object.keys(KINDS) as Kind[]).map((kind) => ({
        vehicle_type_id: kind,
        count: ready.filter((one) => one.kind === kind).length,
      })),
      num_vehicles_disabled: here.length - ready.length,
      num_docks_available: Math.max(0, capacity - here.length),
      ...{ is_installed: true, is_renting: true, is_returning: true },
      last_reported: now.toISOString(),
    };
  }),
});

export const stationInformation = (stations: readonly Station[]): DataOf<'station_information'> => ({
  stations: stations.map(({ id, name, lat, lon, capacity }) => ({
    station_id: id,
    // Stations have one name: the one on the sign.
    name: [{ text: name, language: 'ko' }],
    ...{ lat, lon, capacity },
    is_virtual_station: true,
  })),
});

export function vehicleTypes({ passTypes }: Config): DataOf<'vehicle_types'> {
  const plans = { bike: [RENTAL_PLAN], kickboard: Object.keys(passTypes).map(passPlan) };
  return {
    vehicle_types: (Object.keys(KINDS) as Kind[]).map((kind) => {
      const { formFactor, propulsion, rangeM, ko, en } = KINDS[kind];
      return {
        vehicle_type_id: kind,
        form_factor: formFactor,
        propulsion_type: propulsion,
        max_range_meters: rangeM,
        rider_capacity: 1,
        name: both(ko, en),
        return_constraint: 'hybrid',
        default_pricing_plan_id: plans[kind][0] ?? '',
        pricing_plan_ids: plans[kind],
      };
    }),
  };
}

/** B4, K1. */
export function pricingPlans({ tariff, passTypes }: Config): DataOf<'system_pricing_plans'> {
  const { firstMinutes, firstFee, stepMinutes, stepFee, dayAtMost } = tariff;
  const rental: Plan = {
    plan_id: RENTAL_PLAN,
    name: both('자전거 요금', 'Bike rental'),
    price: firstFee,
    per_min_pricing: [{ start: firstMinutes, rate: stepFee, interval: stepMinutes }],
    description: both(
      `처음 ${firstMinutes}분 ${won(firstFee)}원, 이후 ${stepMinutes}분마다 ${won(stepFee)}원. 24시간 최대 ${won(dayAtMost)}원.`,
      `KRW ${won(firstFee)} for the first ${firstMinutes} minutes, then KRW ${won(stepFee)} for each started ${stepMinutes}; at most KRW ${won(dayAtMost)} for 24 hours.`,
    ),
    ...IN_WON,
  };
  const passes = Object.entries(passTypes).map(([type, { price, rides }]): Plan => ({
    plan_id: passPlan(type),
    name: both(`킥보드 이용권 ${type}`, `Kickboard pass ${type}`),
    price,
    description: both(`${rides}회 이용권.`, `A pass for ${rides} ride${rides === 1 ? '' : 's'}.`),
    ...IN_WON,
  }));
  return { plans: [rental, ...passes] };
}

const IN_WON = { currency: 'KRW', is_taxable: false };
const RENTAL_PLAN = 'bike-rental';
const passPlan = (type: string) => `kickboard-pass-${type}`;
const won = (amount: number) => amount.toLocaleString('en');
export const both = (ko: string, en: string): Texts => [
  { text: ko, language: 'ko' },
  { text: en, language: 'en' },
];
