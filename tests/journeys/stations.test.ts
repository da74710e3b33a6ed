import { Fleet } from '../fleet';
import { bodyOf, type TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';

const [JEONGJA, MIGEUM, PANGYO] = [
  { name: '정자역', lat: 37.3669, lon: 127.1081 },
  { name: '미금역', lat: 37.3502, lon: 127.109 },
  { name: '판교역', lat: 37.3948, lon: 127.1112 },
];
/** Great circle by an independent calculation (WGS 84 mean radius): from 정자역 to 미금역, in metres. */
const JEONGJA_TO_MIGEUM_M = 1_859;

let stack: TestStack;
let fleet: Fleet;
let minji: TestClient;
beforeAll(async () => {
  stack = await startStack({ only: ['payment', 'kickboard', 'bike', 'billing'] });
  fleet = await Fleet.open(stack);
});
beforeEach(async () => {
  minji = await stack.signIn();
});
afterAll(() => stack.stop());

const idsAt = async (path: string) =>
  (bodyOf(await minji.get(path)).data as { id: string }[]).map(({ id }) => id);
const change = (id: string, edit: object) => fleet.admin.call('PATCH', `/v1/stations/${id}`, edit);
const remove = (id: string) => fleet.admin.call('DELETE', `/v1/stations/${id}`);

test('a station is opened, found, changed and closed', async () => {
  const made = await fleet.admin.post('/v1/stations', { ...JEONGJA, capacity: 5 });
  expect(made.status).toBe(201);
  const { id, createdAt } = made.body;
  const station = { id, createdAt, ...JEONGJA, capacity: 5 };
  expect(made.body).toEqual(station);
  expect(bodyOf(await minji.get(`/v1/stations/${id}`))).toEqual(station);
  expect(bodyOf(await change(id, { capacity: 7 }))).toEqual({ ...station, capacity: 7 });
  expect((await change(id, {})).status).toBe(400);
  expect(await idsAt('/v1/stations')).toContain(id);
  expect((await remove(id)).status).toBe(204);
  for (const gone of [
    await minji.get(`/v1/stations/${id}`),
    await change(id, { capacity: 1 }),
    await remove(id),
  ])
    expect([gone.call, gone.status]).toEqual([gone.call, 404]);
});

describe.each(['bikes', 'kickboards'] as const)('of %s', (kind) => {
  const register = (where: object) => fleet.admin.post(`/v1/${kind}`, where);
  const hire = async (id: string) =>
    kind === 'bikes'
      ? `rentals/${await fleet.rent(minji, id)}`
      : `rides/${await fleet.ride(minji, id, await fleet.pass(minji))}`;
  const shown = async (id: string) => {
    const { location, stationId, lat, lon } = bodyOf(await minji.get(`/v1/${kind}/${id}`));
    return { location, stationId, lat, lon };
  };

  test('one stands at a station, leaves it with its rider, and comes back to another', async () => {
    const [from, to] = [await fleet.station(MIGEUM), await fleet.station(PANGYO)];
    const { body } = await register({ stationId: from });
    const at = { location: MIGEUM.name, stationId: from, lat: MIGEUM.lat, lon: MIGEUM.lon };
    expect(body).toMatchObject(at);
    expect((await remove(from)).body.code).toBe('station-in-use');

    const ride = await hire(body.id as string);
    expect(await shown(body.id as string)).toEqual({ ...at, stationId: undefined });
    expect((await remove(from)).status).toBe(204);
    const unknown = await minji.post(`/v1/${ride}/return`, { stationId: from });
    expect([unknown.status, unknown.body.code]).toEqual([422, 'unknown-station']);
    expect((await minji.post(`/v1/${ride}/return`, { stationId: to })).status).toBe(200);
    const there = { location: PANGYO.name, stationId: to, lat: PANGYO.lat, lon: PANGYO.lon };
    expect(await shown(body.id as string)).toEqual(there);

    expect((await change(to, { name: '판교역 1번 출구', lat: 37.395 })).status).toBe(200);
    expect(await shown(body.id as string)).toEqual({ ...there, lat: 37.395 });
    expect((await fleet.admin.call('DELETE', `/v1/${kind}/${body.id}`)).status).toBe(204);
    expect((await remove(to)).status).toBe(204);
  });

  test('one is left on the street, on the map or by its name alone', async () => {
    const { body } = await register({ location: '분당_정자역_1구역' });
    expect(await shown(body.id as string)).toEqual({ location: '분당_정자역_1구역' });
    const spot = { location: '수내동', lat: 37.3779, lon: 127.1143 };
    await minji.post(`/v1/${await hire(body.id as string)}/return`, spot);
    expect(await shown(body.id as string)).toEqual(spot);
    await minji.post(`/v1/${await hire(body.id as string)}/return`, { location: '서현' });
    expect(await shown(body.id as string)).toEqual({ location: '서현' });
  });

  test('where it stands is said once, and whole', async () => {
    const stationId = await fleet.station();
    const wrong = [
      [{}, 'body.location'],
      [{ stationId, location: '정자역' }, 'body.stationId'],
      [{ stationId, lat: 37, lon: 127 }, 'body.lat'],
      [{ location: '정자역', lat: 37 }, 'body.lat'],
      [{ location: '정자역', lon: 127 }, 'body.lon'],
      [{ location: '정자역', lat: 90.1, lon: 127 }, 'body.lat'],
    ] as const;
    for (const [where, path] of wrong) {
      const { status, body } = await register(where);
      expect([where, status, body.errors?.map((error: { path: string }) => error.path)]).toEqual([
        where,
        400,
        [path],
      ]);
    }
    const { status, body } = await register({ stationId: 'sta_01h455vb4pex5vsknk084sn02q' });
    expect([status, body.code]).toEqual([422, 'unknown-station']);
  });

  test('lists are of those near a place, or in a box', async () => {
    const [home, far] = [await fleet.station(JEONGJA), await fleet.station(MIGEUM)];
    const { id: here } = bodyOf(await register({ stationId: home }), 201);
    const { id: there } = bodyOf(await register({ stationId: far }), 201);
    const { id: nowhere } = bodyOf(await register({ location: '정자역' }), 201);
    const near = `near=${JEONGJA.lat},${JEONGJA.lon}`;
    const found = async (query: string) => {
      const ids = await idsAt(`/v1/${kind}?limit=100&${query}`);
      return [here, there, nowhere].map((id) => ids.includes(id as string));
    };
    expect(await found('')).toEqual([true, true, true]);
    expect(await found(near)).toEqual([true, false, false]);
    expect(await found(`${near}&within=${JEONGJA_TO_MIGEUM_M - 10}`)).toEqual([true, false, false]);
    expect(await found(`${near}&within=${JEONGJA_TO_MIGEUM_M + 10}`)).toEqual([true, true, false]);
    expect(await found('bbox=127.10,37.34,127.12,37.36')).toEqual([false, true, false]);
    expect(await found(`${near}&within=5000&bbox=127.10,37.34,127.12,37.36`)).toEqual([false, true, false]);
    for (const query of ['within=5', 'bbox=127.12,37.34,127.10,37.36', 'near=91,0', 'near=37.3']) {
      const { status } = await minji.get(`/v1/${kind}?${query}`);
      expect([query, status]).toEqual([query, 400]);
    }
    const stations = await idsAt(`/v1/stations?limit=100&${near}&within=${JEONGJA_TO_MIGEUM_M - 10}`);
    expect([stations.includes(home), stations.includes(far)]).toEqual([true, false]);
  });

  test('the lists find where 180° meets -180°', async () => {
    const { id } = bodyOf(await register({ location: 'east', lat: 0, lon: 179.9999 }), 201);
    expect(await idsAt(`/v1/${kind}?near=0,-179.9999&within=100`)).toEqual([id]);
  });
});

test('a kickboard has a battery, and is found by it', async () => {
  const { body } = await fleet.admin.post('/v1/kickboards', { location: '정자역', batteryLevel: 7 });
  expect(body.batteryLevel).toBe(7);
  expect(await idsAt('/v1/kickboards?batteryBelow=8')).toEqual([body.id]);
  expect((await fleet.admin.post('/v1/kickboards', { location: '정자역' })).body.batteryLevel).toBe(100);
});
