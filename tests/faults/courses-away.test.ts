import { LISTENERS } from '../../config';
import { connect } from '../../activities/database';
import { pause, until } from '../../engine/wait';
import { Cinema } from '../cinema';
import { Courses } from '../courses';
import type { Answer, TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';
import { Cable } from './cable';

const SERVER = process.env.TEST_POSTGRES_URL ?? '';

let stack: TestStack;
let cable: Cable;
/** Where the courses are. */
let db: ReturnType<typeof connect>;
let courses: Courses;
let cinema: Cinema;
let minji: TestClient;
let id: string;
beforeAll(async () => {
  const admin = connect(SERVER, 1);
  await admin.raw('CREATE DATABASE haru_course TEMPLATE haru_template').finally(() => admin.destroy());
  const url = SERVER.replace(/postgres$/, 'haru_course');
  const laid = await Cable.lay(url);
  cable = laid.cable;
  db = connect(url, 2);
  stack = await startStack({
    listeners: LISTENERS,
    asShipped: true,
    quiet: true,
    without: ['boxoffice', 'kickboard', 'bike', 'billing', 'views'],
    env: { COURSE_DATABASE_URL: laid.through },
  });
  [courses, cinema, minji] = await Promise.all([Courses.open(stack), Cinema.open(stack), stack.signIn()]);
  id = await courses.register();
});
afterAll(async () => {
  await Promise.all([stack.stop(), db.destroy()]);
  await cable.cut();
});

/** Everything that can be asked of courses, each once. */
const everything = (): Promise<Answer[]> =>
  Promise.all([
    minji.get('/v1/courses'),
    minji.get(`/v1/courses?sort=likes&q=${encodeURIComponent('여의도')}`),
    minji.get(`/v1/courses/${id}`),
    courses.host.post('/v1/courses', { title: '하나 더', content: '', reviewsAllowed: true }, 'a-course'),
    courses.host.call('PATCH', `/v1/courses/${id}`, { title: '바뀐 제목' }),
    minji.call('PUT', `/v1/courses/${id}/like`),
    minji.call('DELETE', `/v1/courses/${id}/bookmark`),
    minji.post(`/v1/courses/${id}/comments`, { text: '안녕' }, 'a-comment'),
    minji.post(`/v1/courses/${id}/reviews`, { rating: 5, text: '안녕' }),
  ]);

function refused(answers: readonly Answer[]): void {
  for (const { status, body, headers, ms } of answers) {
    expect([status, body?.code, headers.get('retry-after')]).toEqual([503, 'course-unavailable', '5']);
    expect(ms).toBeLessThan(5_000);
  }
}

/** Nothing of what was refused is there. */
async function untouched(): Promise<void> {
  expect(await db('course.courses').select('id', 'title', 'version', 'likes', 'comments', 'reviews')).toEqual(
    [{ id, title: 'test', version: 1, likes: 0, comments: 0, reviews: 0 }],
  );
}

/** What a customer of their own does is told to them. */
async function told(event: string, act: (customer: TestClient) => Promise<unknown>): Promise<void> {
  const customer = await stack.signIn();
  await act(customer);
  const events = async (): Promise<string[]> => {
    const { data } = (await customer.get('/v1/me/messages')).body as { data: { event: string }[] };
    return data.map((message) => message.event);
  };
  await until(async () => (await events()).length > 0, { withinMs: 10_000 });
  expect(await events()).toEqual([event]);
}

async function othersGoOn(seat: string): Promise<void> {
  await cinema.booked(minji, [seat]);
  const me = await minji.get('/v1/me');
  expect([me.status, me.body.bookmarks]).toEqual([200, null]);
}

test("courses' database is away: they are refused, the others go on, and nothing of it happens later", async () => {
  await cable.cut();
  refused(await everything());
  await othersGoOn('1A');
  await told('movie.booked', (customer) => cinema.booked(customer, ['2A']));
  await cable.mend();
  await untouched();
  expect((await minji.get('/v1/me')).body.bookmarks).toEqual([]);
  await told('course.bookmarked', (customer) => customer.call('PUT', `/v1/courses/${id}/bookmark`));
});

test('their table is locked for long: likewise', async () => {
  const locked = await db.transaction();
  await locked.raw('LOCK TABLE course.courses IN ACCESS EXCLUSIVE MODE');
  refused(await everything());
  await othersGoOn('1B');
  await locked.rollback();
  await untouched();
});

test('their database takes too long to write: what it is at comes to nothing', async () => {
  await db.raw(`
    CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3); RETURN NEW; END $$;
    CREATE TRIGGER slowly BEFORE INSERT ON course.comments FOR EACH ROW EXECUTE FUNCTION slowly();
    CREATE TRIGGER slowly BEFORE INSERT OR UPDATE ON course.courses FOR EACH ROW EXECUTE FUNCTION slowly()`);
  const [, , , ...changes] = await everything();
  refused(changes.filter(({ status }) => status !== 204));
  await pause(3_500);
  await untouched();
  await db.raw('DROP FUNCTION slowly CASCADE');
});

test('left out they are refused at once, and are no matter of readiness', async () => {
  await stack.kill('api');
  const { HARU_WITHOUT } = stack.env;
  await stack.start('api', { HARU_WITHOUT: `${HARU_WITHOUT},course` });
  await cable.cut();
  await stack.ready();
  refused(await everything());
  await othersGoOn('1C');
  await cable.mend();
  await untouched();
  await stack.kill('api');
  await stack.start('api');
  await stack.ready();
});

test('once they are back, what was refused can be had under the same key, once', async () => {
  const comment = () => minji.post(`/v1/courses/${id}/comments`, { text: '안녕' }, 'a-comment');
  const [first, again] = [await comment(), await comment()];
  expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
  expect((await everything()).map(({ status }) => status)).toEqual([
    200, 200, 200, 201, 200, 204, 204, 201, 201,
  ]);
  expect((await minji.get(`/v1/courses/${id}`)).body).toMatchObject({
    title: '바뀐 제목',
    counts: { likes: 1, comments: 1, reviews: 1 },
  });
});
