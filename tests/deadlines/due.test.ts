import { until } from '../../engine/wait';
import { TimeLapse } from './time-lapse';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A wide berth of the moment itself: the test takes its time too. */
const NEARLY = 2 * MINUTE;

let time: TimeLapse;
beforeAll(async () => {
  time = await TimeLapse.open(['kickboard']);
});
afterAll(() => time.close());

const tells = (ride: string, what: string) =>
  until(async () => (await time.told(ride)) === what, { withinMs: 15_000, everyMs: 50 });

async function kickboardOf(ride: string): Promise<string> {
  const row = await time.backend
    .db({ r: 'kickboard.rides' })
    .join({ k: 'kickboard.kickboards' }, 'k.id', 'r.kickboard_id')
    .where('r.id', ride)
    .first<{ status: string; location: string }>('k.status', 'k.location');
  return `${row.status} ${row.location}`;
}

test('a ride is reminded of when it is due, its kickboard is missing a day later, and can still come back', async () => {
  const ride = await time.ride();
  await time.passes(60 * MINUTE - NEARLY);
  expect(await time.told(ride)).toBe('rented');
  await time.passes(NEARLY);
  expect(await tells(ride, 'rented,due')).toBe(true);

  await time.passes(DAY - NEARLY);
  expect(await time.told(ride)).toBe('rented,due');
  expect(await kickboardOf(ride)).toMatch(/^RENTED /);
  await time.passes(NEARLY);
  expect(await tells(ride, 'rented,due,missing')).toBe(true);
  expect(await kickboardOf(ride)).toMatch(/^MISSING /);
  expect(await time.statusOf(ride)).toBe('RENTED');

  await time.passes(30 * DAY);
  expect(await time.client.bringBack(ride, '판교')).toBe('done');
  expect(await time.ends(ride)).toBe(true);
  expect(await time.told(ride)).toBe('rented,due,missing,returned');
  expect(await kickboardOf(ride)).toBe('RETURNED 판교');
  expect(await time.breaches(ride)).toEqual([]);
  expect(await time.events(ride)).toBeLessThan(200);
});

test.each([
  ['before it is due', 30 * MINUTE, 'rented', 'rented,returned'],
  ['while it is overdue', DAY, 'rented,due', 'rented,due,returned'],
  ['while it is missing', 3 * DAY, 'rented,due,missing', 'rented,due,missing,returned'],
])('an operator ends a ride %s: its kickboard is back where it was rented', async (_, ms, before, after) => {
  const ride = await time.ride();
  await time.passes(ms);
  expect(await tells(ride, before)).toBe(true);
  const [, from] = (await kickboardOf(ride)).split(' ');

  await time.client.workflow(ride).cancel();
  expect(await time.ends(ride)).toBe(true);
  expect(await time.told(ride)).toBe(after);
  expect(await kickboardOf(ride)).toBe(`RETURNED ${from}`);
  expect(await time.breaches(ride)).toEqual([]);
});
