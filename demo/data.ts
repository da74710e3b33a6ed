import type { Part } from '../config';
import { type Api, signIn } from '../engine/http';
import type { Say } from '../engine/progress';
import { upcomingScreenings } from '../engine/screenings';

const FILMS = [
  { movieName: '봄날의 기차', minutes: 118 },
  { movieName: '한강의 밤', minutes: 104 },
  { movieName: '별을 줍는 아이', minutes: 96 },
];
/** Each hall shows once a day, at an hour of its own (UTC; Seoul is nine hours ahead). */
const HALLS = [
  { hall: '1관', hour: 5 },
  { hall: '2관', hour: 8 },
  { hall: '3관', hour: 11 },
];
const DAYS = 14;
const PRICE_KRW = 10_000;

/** Where vehicles stand in the morning: subway stations, where they are (WGS 84). */
const STATIONS = [
  { name: '정자역', lat: 37.3657, lon: 127.1079 },
  { name: '판교역', lat: 37.3948, lon: 127.1112 },
  { name: '미금역', lat: 37.35, lon: 127.1089 },
  { name: '서현역', lat: 37.385, lon: 127.1234 },
  { name: '수내역', lat: 37.3782, lon: 127.1143 },
  { name: '강남역', lat: 37.4979, lon: 127.0276 },
];
const CAPACITY = 12;
/** Percent, of the vehicles of each kind at a station. */
const BATTERIES = [100, 85, 60, 30];

const MENUS = [
  { name: 'Gimbab', price: 4_000, description: '당근, 시금치, 단무지, 달걀을 넣은 김밥 한 줄' },
  { name: 'Juice', price: 3_000, description: '그날 짠 오렌지 주스' },
  { name: '떡볶이', price: 5_000, description: '쌀떡과 어묵, 삶은 달걀. 조금 매워요' },
  { name: '비빔밥', price: 9_000, description: '나물 다섯 가지와 고추장, 달걀프라이' },
];
const COURSES = [
  {
    title: '여의도 한강 산책',
    content:
      '여의나루역에서 자전거를 빌려 한강공원을 달리고, 해 질 무렵 돗자리를 펴고 치킨을 시켜 먹어요.\n밤에는 물빛무대의 야경이 예뻐요.',
  },
  {
    title: '성수동 골목 데이트',
    content: '서울숲에서 만나 카페거리를 걷다가, 저녁에는 심야 영화를 한 편 봐요.',
  },
];

/** The demo account that reports on bikes. */
const MANAGER = 'manager';

/** Fills in what there is none of, over the public API. */
export async function seedDemoData(origin: string, without: readonly Part[], say: Say): Promise<void> {
  const admin = await signIn(origin, 'admin', ['admin']);
  await addScreenings(admin, say);
  const stations = without.includes('bike') ? [] : await addStations(admin, say);
  for (const kind of ['kickboards', 'bikes'] as const) await addVehicles(admin, kind, stations, say);
  await addMenus(admin, say);
  await addManager(admin, say);
  if (!without.includes('course')) await addCourses(await signIn(origin, 'host', ['host']), say);
}

async function addManager(admin: Api, say: Say): Promise<void> {
  const { status, body } = await admin.call('POST', '/v1/managers', { user: MANAGER, points: 1_000 });
  if (status === 201) say(`Demo data: ${MANAGER} is registered as a bike manager.`);
  // 409: registered already.
  else if (status !== 409)
    throw new Error(`Demo data: POST /v1/managers answered ${status}: ${JSON.stringify(body)}`);
}

async function addMenus(admin: Api, say: Say): Promise<void> {
  const { body } = await admin.call<{ data: unknown[] }>('GET', '/v1/menus?limit=1');
  if (body.data.length > 0) return;
  for (const menu of MENUS) {
    const added = await admin.call('POST', '/v1/menus', menu);
    if (added.status !== 201)
      throw new Error(`Demo data: POST /v1/menus answered ${added.status}: ${JSON.stringify(added.body)}`);
  }
  say(`Demo data: ${MENUS.length} menus.`);
}

async function addCourses(host: Api, say: Say): Promise<void> {
  const { body } = await host.call<{ data: unknown[] }>('GET', '/v1/courses?limit=1');
  if (body.data.length > 0) return;
  for (const course of COURSES) {
    const added = await host.call('POST', '/v1/courses', { ...course, reviewsAllowed: true });
    if (added.status !== 201)
      throw new Error(`Demo data: POST /v1/courses answered ${added.status}: ${JSON.stringify(added.body)}`);
  }
  say(`Demo data: ${COURSES.length} date courses.`);
}

/** @returns ids of those that there are */
async function addStations(admin: Api, say: Say): Promise<string[]> {
  const { body } = await admin.call<{ data: { id: string }[] }>('GET', '/v1/stations?limit=10');
  if (body.data.length > 0) return body.data.map(({ id }) => id);
  const ids: string[] = [];
  for (const station of STATIONS) {
    const wanted = { ...station, capacity: CAPACITY };
    const added = await admin.call<{ id: string }>('POST', '/v1/stations', wanted);
    if (added.status !== 201)
      throw new Error(`Demo data: POST /v1/stations answered ${added.status}: ${JSON.stringify(added.body)}`);
    ids.push(added.body.id);
  }
  say(`Demo data: ${ids.length} stations.`);
  return ids;
}

async function addVehicles(
  admin: Api,
  kind: 'kickboards' | 'bikes',
  stations: readonly string[],
  say: Say,
): Promise<void> {
  const { body } = await admin.call<{ data: unknown[] }>('GET', `/v1/${kind}?limit=1`);
  if (body.data.length > 0 || stations.length === 0) return;
  for (const stationId of stations)
    for (const batteryLevel of BATTERIES) {
      const added = await admin.call('POST', `/v1/${kind}`, { stationId, batteryLevel });
      if (added.status !== 201)
        throw new Error(
          `Demo data: POST /v1/${kind} answered ${added.status}: ${JSON.stringify(added.body)}`,
        );
    }
  say(`Demo data: ${stations.length * BATTERIES.length} ${kind} at ${stations.length} stations.`);
}

/** For the next two weeks, unless there are some to come. */
async function addScreenings(admin: Api, say: Say): Promise<void> {
  if ((await upcomingScreenings(admin)).length > 0) return;
  const wanted = screeningsFrom(new Date());
  for (const screening of wanted) {
    const { status, body } = await admin.call('POST', '/v1/screenings', screening);
    // 409: the hall is taken at that hour, by what an interrupted start has left.
    if (status !== 201 && status !== 409)
      throw new Error(`Demo data: POST /v1/screenings answered ${status}: ${JSON.stringify(body)}`);
  }
  say(`Demo data: ${wanted.length} screenings of ${FILMS.length} films in ${HALLS.length} halls.`);
}

function screeningsFrom(now: Date) {
  return Array.from({ length: DAYS }, (_, day) =>
    HALLS.map(({ hall, hour }, index) => {
      const film = FILMS[(day + index) % FILMS.length] as (typeof FILMS)[number];
      const startsAt = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + day + 1, hour);
      return {
        movieName: film.movieName,
        hall,
        startsAt: new Date(startsAt).toISOString(),
        endsAt: new Date(startsAt + film.minutes * 60_000).toISOString(),
        rows: 8,
        columns: 10,
        price: PRICE_KRW,
      };
    }),
  ).flat();
}
