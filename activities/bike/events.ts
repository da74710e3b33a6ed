import { z } from 'zod';
import { BIKE_STATUSES, CONVERSION, RENTAL } from '../../workflows/bike/contract';
import { type Entry, count, degrees, described, shape, text, time } from '../../events/shape';

const Bike = shape('Bike', 'the bike', {
  status: z.enum(BIKE_STATUSES),
  location: text('Where it is'),
  batteryLevel: count('Percent'),
  stationId: text('The station where it stands').nullable(),
  lat: degrees('Where it is').nullable(),
  lon: degrees('Where it is').nullable(),
});

const Station = shape('Station', 'the station', {
  name: text('What it is called'),
  lat: degrees('Where it is'),
  lon: degrees('Where it is'),
  capacity: count('Vehicles that fit'),
});

export const Rental = shape('Rental', 'the rental', {
  status: z.enum(RENTAL.statuses).exclude(['REFUSED']),
  bikeId: text('What is rented'),
  startedAt: time('Of the rental'),
  startLocation: text('Where it was taken'),
  endedAt: time('Of the rental').nullable(),
  endLocation: text('Where it was left').nullable(),
});
export type Rental = z.infer<typeof Rental>;

const Report = shape('Report', 'the report', {
  bikeId: text('What it is about'),
  batteryLevel: count('Percent'),
  usable: described(z.boolean(), 'Whether it can be rented'),
  note: text('In words').nullable(),
  pointsEarned: count('Points of the manager'),
});

const PointConversion = shape('Conversion', 'the conversion', {
  status: z.enum(CONVERSION.statuses).exclude(['REFUSED']),
  points: count('Points that become money, 1 KRW each'),
  pointsLeft: count('Points of the manager after it').nullable(),
  failure: text('Why it came to nothing').nullable(),
});

/** What bikes tells, by name: docs/events.md. */
export const EVENTS = {
  'bike.registered': { version: 1, what: 'A bike can be rented', data: Bike },
  'bike.removed': { version: 1, what: 'A bike was taken out of service', data: Bike },
  'bike.station-added': { version: 1, what: 'A station is open', data: Station },
  'bike.station-changed': { version: 1, what: 'A station is another than before', data: Station },
  'bike.station-removed': { version: 1, what: 'A station is no more', data: Station },
  'bike.rented': { version: 1, what: 'A rental has begun', data: Rental },
  'bike.returned': { version: 1, what: 'A bike is back', data: Rental },
  'bike.reported': { version: 1, what: 'A manager has reported on a bike', data: Report },
  'bike.points-taken': { version: 1, what: 'Points are being turned into money', data: PointConversion },
  'bike.points-converted': { version: 1, what: 'Points have become money', data: PointConversion },
  'bike.points-given-back': { version: 1, what: 'Points did not become money', data: PointConversion },
} as const satisfies Record<string, Entry>;
