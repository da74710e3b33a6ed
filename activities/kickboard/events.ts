import { z } from 'zod';
import { KICKBOARD_STATUSES, PASS, RIDE } from '../../workflows/kickboard/contract';
import { type Entry, count, degrees, shape, text, time, won } from '../../events/shape';

const Kickboard = shape('Kickboard', 'the kickboard', {
  status: z.enum(KICKBOARD_STATUSES),
  location: text('Where it is'),
  batteryLevel: count('Percent'),
  stationId: text('The station where it stands').nullable(),
  lat: degrees('Where it is').nullable(),
  lon: degrees('Where it is').nullable(),
});

export const Pass = shape('Pass', 'the pass', {
  status: z.enum(PASS.statuses),
  type: text('Its name in the price list'),
  price: won('The pass'),
  ridesTotal: count('Rides that were bought'),
  ridesLeft: count('Rides that are left'),
  paymentMethod: z.enum(['card', 'deposit']),
  paymentId: text('The charge, once it is taken').nullable(),
  failure: text('Why it came to nothing').nullable(),
});
export type Pass = z.infer<typeof Pass>;

export const Ride = shape('Ride', 'the ride', {
  status: z.enum(RIDE.statuses).exclude(['REFUSED']),
  kickboardId: text('What is ridden'),
  passId: text('What it is ridden on'),
  minutes: count('How long it is meant to take'),
  startedAt: time('Of the ride'),
  dueAt: time('The customer is reminded then'),
  endedAt: time('Of the ride').nullable(),
  endLocation: text('Where it was left').nullable(),
});
export type Ride = z.infer<typeof Ride>;

/** What kickboards tells, by name: docs/events.md. */
export const EVENTS = {
  'kickboard.registered': { version: 1, what: 'A kickboard can be ridden', data: Kickboard },
  'kickboard.removed': { version: 1, what: 'A kickboard was taken out of service', data: Kickboard },
  'kickboard.pass-opened': { version: 1, what: 'A pass is being paid for', data: Pass },
  'kickboard.pass-bought': { version: 1, what: 'A pass is paid and good for its rides', data: Pass },
  'kickboard.pass-refused': { version: 1, what: 'A pass was never paid', data: Pass },
  'kickboard.pass-used': { version: 1, what: 'A ride was taken from a pass', data: Pass },
  'kickboard.rented': { version: 1, what: 'A ride has begun', data: Ride },
  'kickboard.due': { version: 1, what: 'A kickboard should be back by now', data: Ride },
  'kickboard.missing': { version: 1, what: 'A kickboard is not back a day after it was due', data: Ride },
  'kickboard.returned': { version: 1, what: 'A kickboard is back', data: Ride },
} as const satisfies Record<string, Entry>;
