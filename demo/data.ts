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

/** Where vehicles stand in the morning. */
const STATIONS = ['분당_정자역_1구역', '분당_정자역_3구역', '판교역', '미금역', '서현역'];
const VEHICLES_A_STATION = 4;

const MENUS = [
  { name: 'Gimbab', price: 4_000 },
  { name: 'Juice', price: 3_000 },
  { name: '떡볶이', price: 5_000 },
  { name: '비빔밥', price: 9_000 },
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
  for (const kind of ['kickboards', 'bikes'] as const) await addVehicles(admin, kind, say);
  await addMenus(admin, say);
  await addManager(admin, say);
  if (!without.includes('course')) await addCourses(await signIn(origin, 'host', ['host']), say);
}

async function addManager(admin: Api, say: Say): Promise<void> {
  const { status, body } = await admin.call('POST', '/v1/managers', { user: MANAGER });
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

async function addVehicles(admin: Api, kind: 'kickboards' | 'bikes', say: Say): Promise<void> {
  const { body } = await admin.call<{ data: unknown[] }>('GET', `/v1/${kind}?limit=1`);
  if (body.data.length > 0) return;
  for (const location of STATIONS)
    for (let n = 0; n < VEHICLES_A_STATION; n++) {
      const added = await admin.call('POST', `/v1/${kind}`, { location });
      if (added.status !== 201)
        throw new Error(
          `Demo data: POST /v1/${kind} answered ${added.status}: ${JSON.stringify(added.body)}`,
        );
    }
  say(`Demo data: ${STATIONS.length * VEHICLES_A_STATION} ${kind} at ${STATIONS.length} stations.`);
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
