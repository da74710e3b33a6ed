import type { Knex } from 'knex';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asUserOf, connect } from '../../activities/database';
import { launch, type Running } from '../../engine/launch';
import { freePort } from '../free-port';
import { until } from '../../engine/wait';
import { ROOT } from '../../root';
import { Cinema } from '../cinema';
import type { TestClient } from '../test-client';
import { CINEMA, startStack, type TestStack } from '../test-stack';

const FILMS = ['기생충', '올드보이', '괴물', '밀양'] as const;
type Film = (typeof FILMS)[number];
const WITHIN = { withinMs: 20_000, everyMs: 50 };

let stack: TestStack;
let cinemas: Record<Film, Cinema>;
const running: Running[] = [];
beforeAll(async () => {
  stack = await startStack({ only: CINEMA });
  const opened = FILMS.map(async (movieName) => [
    movieName,
    await Cinema.open(stack, { movieName, rows: 50, columns: 26 }),
  ]);
  cinemas = Object.fromEntries(await Promise.all(opened)) as Record<Film, Cinema>;
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.stop()));
});
afterAll(() => stack.stop());

/** The example in a process of its own, with its schema in the stack's database unless told where. */
async function follow(...database: string[]): Promise<{ url: string; process: Running }> {
  const port = String(await freePort());
  const process = await launch({
    name: 'recommendation',
    command: 'node',
    args: ['engine/run.mjs', 'examples/recommendation/main.ts', port, ...database],
    cwd: ROOT,
    env: stack.env,
    onLine: (line) => line.startsWith('http') || globalThis.process.stderr.write(`${line}\n`),
  });
  running.push(process);
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/films`).then(
      ({ ok }) => ok,
      () => false,
    );
  if (!(await until(answers, WITHIN))) throw new Error(process.tail());
  return { url, process };
}

const page = async (url: string) => (await (await fetch(url)).json()) as any;

/** What the example should have counted: a fold of the bookings as the movie service has them. */
async function folded(db: Knex = stack.db) {
  const { rows } = await db.raw(`
    SELECT s.movie_name AS "movieName", count(DISTINCT b.customer) AS customers, count(*) AS bookings
    FROM movie.bookings b JOIN movie.screenings s ON s.id = b.screening_id
    WHERE b.status IN ('BOOKED', 'COLLECTED', 'NO_SHOW') GROUP BY s.movie_name ORDER BY bookings DESC, s.movie_name`);
  return rows as { movieName: string; customers: number; bookings: number }[];
}

/** Once everything told so far is on its page. */
async function caughtUp(url: string): Promise<void> {
  const same = async () =>
    JSON.stringify((await page(`${url}/films`)).data) === JSON.stringify(await sorted());
  const sorted = async () =>
    (await folded()).map(({ movieName, customers, bookings }) => ({ movieName, customers, bookings }));
  if (!(await until(same, WITHIN))) expect((await page(`${url}/films`)).data).toEqual(await sorted());
}

/** The next free seat of the film's hall. */
const seats = new Map<Film, number>();
function nextSeat(film: Film): string {
  const n = seats.get(film) ?? 0;
  seats.set(film, n + 1);
  return `${(n % 50) + 1}${String.fromCharCode(65 + Math.floor(n / 50))}`;
}
const book = (who: TestClient, film: Film): Promise<string> => cinemas[film].booked(who, [nextSeat(film)]);

test('what customers who booked the same films booked too, made of events alone', async () => {
  const { url } = await follow();
  const [minji, jisu, hyun, newcomer] = await Promise.all(Array.from({ length: 4 }, () => stack.signIn()));
  await Promise.all([
    book(minji!, '기생충'),
    ...(['기생충', '올드보이', '괴물'] as const).map((film) => book(jisu!, film)),
    ...(['기생충', '올드보이'] as const).map((film) => book(hyun!, film)),
  ]);
  const cancelled = await book(hyun!, '밀양');
  await hyun!.post(`/v1/bookings/${cancelled}/cancel`);
  await caughtUp(url);

  const recommended = (token?: string) =>
    fetch(`${url}/recommendations/me`, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
  expect(await (await recommended(minji!.token)).json()).toEqual({
    customer: minji!.user,
    because: 'alike',
    data: [
      { movieName: '올드보이', customers: 2 },
      { movieName: '괴물', customers: 1 },
    ],
  });
  expect(await (await recommended(newcomer!.token)).json()).toMatchObject({
    because: 'popular',
    data: [{ movieName: '기생충', customers: 3 }, { movieName: '올드보이' }, { movieName: '괴물' }],
  });
  for (const token of [undefined, 'none', `${minji!.token}x`])
    expect((await recommended(token)).status).toBe(401);
});

/** From now on its transactions take so long that a kill meets most of them halfway. */
const slowly = () =>
  stack.db.raw(`
    CREATE FUNCTION recommendation.rest() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END $$;
    CREATE TRIGGER rest BEFORE UPDATE ON recommendation.checkpoints FOR EACH ROW
      EXECUTE FUNCTION recommendation.rest();`);
const atFullSpeed = () => stack.db.raw('DROP FUNCTION recommendation.rest CASCADE');

test('killed with -9 again and again while bookings go on, it counts each of them once', async () => {
  const customers = await Promise.all(Array.from({ length: 3 }, () => stack.signIn()));
  let over = false;
  const busy = customers.map(async (who, n) => {
    for (let i = n; !over; i++) {
      const film = FILMS[i % FILMS.length]!;
      const { status, body } = await cinemas[film].book(who, [nextSeat(film)]);
      if (status === 201 && i % 3 === 0) await who.post(`/v1/bookings/${body.id}/cancel`);
      await sleep(50);
    }
  });
  for (let kills = 0; kills < 3; kills++) {
    const { process } = await follow();
    if (kills === 0) await slowly();
    await sleep(200 + Math.random() * 200);
    process.kill();
    await process.ended;
  }
  over = true;
  await Promise.all(busy);
  await atFullSpeed();
  await caughtUp((await follow()).url);
}, 180_000);

test('started late, in a database of its own, it comes to the same', async () => {
  const name = `recommendation_${Date.now()}`;
  await stack.db.raw('CREATE DATABASE ??', [name]);
  const url = asUserOf(stack.env.DATABASE_URL ?? '', stack.env.DATABASE_OWNER_URL).replace(/[^/]+$/, name);
  const { url: origin } = await follow(url);
  await caughtUp(origin);
  const own = connect(url, 1);
  const { rows } = await own.raw(
    `SELECT nspname FROM pg_namespace WHERE nspname IN ('movie', 'recommendation')`,
  );
  await own.destroy();
  expect(rows).toEqual([{ nspname: 'recommendation' }]);
});

test('nothing else in the repository knows of it', () => {
  const own = /^(examples|tests\/examples|docs|README\.md|node_modules|\.git|\.haru|dist|coverage)(\/|$)/;
  const below = (path: string): string[] =>
    readdirSync(join(ROOT, path), { withFileTypes: true }).flatMap((entry) => {
      const name = path === '' ? entry.name : `${path}/${entry.name}`;
      if (own.test(name)) return [];
      return entry.isDirectory() ? below(name) : entry.isFile() ? [name] : [];
    });
  const files = below('');
  expect(files).toContain('tests/test-stack.ts');
  expect(files.filter((file) => /recommendation/i.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
});

test('all of its migrations have run', async () => {
  const rows = stack.db('recommendation.migrations').orderBy('id').pluck<string[]>('name');
  const files = readdirSync(join(ROOT, 'examples/recommendation/migrations')).sort();
  expect(await rows).toEqual(files.map((file) => file.replace('.sql', '.ts')));
});

test('docs/extending.md quotes it as it is', () => {
  const unindented = (text: string) => text.replace(/^ +/gm, '');
  const folder = join(ROOT, 'examples/recommendation');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|sql)$/.test(name))
    .map((name) => unindented(readFileSync(join(folder, name), 'utf8')));
  const page = readFileSync(join(ROOT, 'docs/extending.md'), 'utf8');
  const quotes = [...page.matchAll(/```(?:ts|sql)\n(.*?)```/gs)].map(([, quote = '']) => unindented(quote));
  expect(quotes).toHaveLength(3);
  expect(quotes.filter((quote) => !sources.some((source) => source.includes(quote)))).toEqual([]);
});
