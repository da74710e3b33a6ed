import { KickboardRepository } from '../../activities/kickboard/repository';
import { Fleet } from '../fleet';
import type { TestClient } from '../test-client';
import { bodyOf, created } from '../test-client';
import { startStack, type TestStack } from '../test-stack';
import { errorsOf, fileOf, NAMES, pathOf } from './feed';

const JEONGJA = { name: '정자역', lat: 37.3669, lon: 127.1081, capacity: 6 };
const PANGYO = { name: '판교역', lat: 37.3948, lon: 127.1112, capacity: 1 };
/** A street between them. */
const STREET = { location: '수내동', lat: 37.3779, lon: 127.1143 };

let stack: TestStack;
let fleet: Fleet;
let minji: TestClient;
let jeongja: string;
let pangyo: string;
beforeAll(async () => {
  stack = await startStack({
    only: ['payment', 'kickboard', 'bike', 'billing'],
    env: { PUBLIC_URL: 'https://haru.example/' },
  });
  fleet = await Fleet.open(stack);
  minji = await stack.signIn();
  [jeongja, pangyo] = [await station(JEONGJA), await station(PANGYO)];
});
afterAll(() => stack.stop());

const station = (body: object) => created(fleet.admin.post('/v1/stations', body));
const register = (kind: 'bikes' | 'kickboards', body: object) =>
  created(fleet.admin.post(`/v1/${kind}`, body));
const dataOf = async (name: (typeof NAMES)[number]) => (await fileOf(stack.url, name)).body.data;
const vehicles = async (): Promise<any[]> => (await dataOf('vehicle_status')).vehicles;
const idsOf = async () => (await vehicles()).map(({ vehicle_id: id }) => id as string);
const statusOf = async (id: string) =>
  (await dataOf('station_status')).stations.find((one: any) => one.station_id === id);

/** What the feed tells of that it did not before, and what it tells of no more. */
async function change(act: () => Promise<unknown>): Promise<{ come: string[]; gone: string[] }> {
  const before = await idsOf();
  await act();
  const after = await idsOf();
  return {
    come: after.filter((id) => !before.includes(id)),
    gone: before.filter((id) => !after.includes(id)),
  };
}

test('a feed of stations, vehicles at them and on the street, rented, broken and missing ones is valid', async () => {
  await register('bikes', { stationId: jeongja, batteryLevel: 73 });
  await register('bikes', { stationId: jeongja, status: 'BROKEN' });
  await register('bikes', { ...STREET });
  await register('bikes', { location: '분당_정자역_1구역' });
  await register('kickboards', { stationId: jeongja });
  const rented = await register('bikes', { stationId: jeongja });
  const missing = await register('kickboards', { stationId: jeongja, batteryLevel: 9 });
  const removed = await register('kickboards', { stationId: jeongja });
  await fleet.rent(minji, rented);
  const ride = await fleet.ride(minji, missing, await fleet.pass(minji));
  const kickboards = new KickboardRepository(stack.db);
  await kickboards.remind(ride);
  await kickboards.miss(ride);
  expect((await fleet.admin.call('DELETE', `/v1/kickboards/${removed}`)).status).toBe(204);

  const files = await Promise.all(NAMES.map((name) => fileOf(stack.url, name)));
  expect(NAMES.flatMap((name, i) => errorsOf(name, files[i]!.body))).toEqual([]);
  const shown = (await vehicles()).map(({ vehicle_id: _, ...rest }) => rest);
  const ready = { is_reserved: false, is_disabled: false };
  expect(shown).toHaveLength(4);
  expect(shown).toEqual(
    expect.arrayContaining([
      // 73 % would be a name: it is told in fifths.
      { vehicle_type_id: 'bike', station_id: jeongja, ...ready, ...level(0.6, 40_000) },
      { vehicle_type_id: 'bike', station_id: jeongja, ...ready, is_disabled: true, ...level(1, 40_000) },
      { vehicle_type_id: 'bike', lat: STREET.lat, lon: STREET.lon, ...ready, ...level(1, 40_000) },
      { vehicle_type_id: 'kickboard', station_id: jeongja, ...ready, ...level(1, 30_000) },
    ]),
  );
});

const level = (part: number, range: number) => ({
  current_fuel_percent: part,
  current_range_meters: part * range,
});

test('a station counts the vehicles that stand there, ready or broken, and what place is left', async () => {
  expect(await statusOf(jeongja)).toMatchObject({
    num_vehicles_available: 2,
    vehicle_types_available: [
      { vehicle_type_id: 'bike', count: 1 },
      { vehicle_type_id: 'kickboard', count: 1 },
    ],
    num_vehicles_disabled: 1,
    num_docks_available: 3,
  });
  const here = (await vehicles()).filter((one) => one.station_id === jeongja);
  expect(here.map((one) => one.is_disabled).sort()).toEqual([false, false, true]);
  expect(await statusOf(pangyo)).toMatchObject({ num_vehicles_available: 0, num_docks_available: 1 });
});

test('a rented vehicle is not shown, and comes back as another: nobody can follow the ride', async () => {
  const bikeId = await register('bikes', { stationId: pangyo });
  let rental = '';
  const rent = await change(async () => {
    rental = await fleet.rent(minji, bikeId);
  });
  expect([rent.come, rent.gone.length]).toEqual([[], 1]);
  const back = await change(() => minji.post(`/v1/rentals/${rental}/return`, { stationId: jeongja }));
  expect([back.come.length, back.gone]).toEqual([1, []]);
  expect(back.come).not.toEqual(rent.gone);
  // Nor does it say which bike it is, or tell it by its place in the list.
  expect(JSON.stringify(await vehicles())).not.toContain(bikeId);
  expect(await idsOf()).toEqual([...(await idsOf())].sort());

  const kickboardId = await register('kickboards', { stationId: pangyo });
  let ride = '';
  const begun = await change(async () => {
    ride = await fleet.ride(minji, kickboardId, await fleet.pass(minji));
  });
  const ended = await change(() => minji.post(`/v1/rides/${ride}/return`, { stationId: jeongja }));
  expect([begun.come, begun.gone.length, ended.come.length, ended.gone]).toEqual([[], 1, 1, []]);
  expect(ended.come).not.toEqual(begun.gone);
});

test('what nobody rides keeps its id', async () => {
  expect(await idsOf()).toEqual(await idsOf());
});

test('anybody’s site may read it, and keep it for as long as it says; it names its files by where they are', async () => {
  for (const name of NAMES) {
    const { headers, body } = await fileOf(stack.url, name);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cache-control')).toBe(`public, max-age=${body.ttl}`);
  }
  const { feeds } = await dataOf('gbfs');
  expect(feeds.map(({ url }: { url: string }) => url)).toEqual(
    NAMES.slice(1).map((name) => `https://haru.example${pathOf(name)}`),
  );
  const strict = await fetch(`${stack.url}${pathOf('gbfs')}?surprise=1`);
  expect([strict.status, strict.headers.get('cache-control')]).toEqual([400, null]);
});

test('prices are those that customers pay', async () => {
  const { plans } = await dataOf('system_pricing_plans');
  expect(plans[0]).toMatchObject({
    price: 1_000,
    currency: 'KRW',
    per_min_pricing: [{ start: 30, rate: 200, interval: 10 }],
  });
  expect(plans.slice(1).map(({ price }: { price: number }) => price)).toEqual([1_000, 2_000]);
  const { vehicle_types: types } = await dataOf('vehicle_types');
  const named = types.flatMap((type: any) => type.pricing_plan_ids);
  expect(named).toEqual(plans.map((plan: any) => plan.plan_id));
});

test('control: the schemas find what is wrong', async () => {
  const { body } = await fileOf(stack.url, 'vehicle_status');
  const [first] = body.data.vehicles;
  const { station_id: _, lat: __, lon: ___, ...nowhere } = first;
  expect(errorsOf('vehicle_status', { ...body, data: { vehicles: [nowhere] } })).not.toEqual([]);
  expect(errorsOf('gbfs', body)).not.toEqual([]);
  expect(bodyOf(await minji.get('/v1/stations')).data).toHaveLength(2);
});
