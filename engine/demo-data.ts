import { signIn } from './http';
import type { Say } from './progress';
import { upcomingScreenings } from './screenings';

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

/** Adds screenings for the next two weeks, over the public API, unless there are some to come. */
export async function seedDemoData(origin: string, say: Say): Promise<void> {
  const admin = await signIn(origin, 'admin', ['admin']);
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
