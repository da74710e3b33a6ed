import { Courses } from '../courses';
import type { Answer, TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';

let stack: TestStack;
let courses: Courses;
beforeAll(async () => {
  stack = await startStack({
    ...{ quiet: true, only: [], listeners: [] },
    wideLimits: 'of 200 customers at one course at once some would wait longer than for a locked row',
  });
  courses = await Courses.open(stack);
});
// The controls break laws.
afterAll(() => stack.stop({ lawful: false }));

const crowd = (size: number) => Promise.all(Array.from({ length: size }, () => stack.signIn()));

const put = (who: TestClient, id: string, mark: string) => who.call('PUT', `/v1/courses/${id}/${mark}`);
const take = (who: TestClient, id: string, mark: string) => who.call('DELETE', `/v1/courses/${id}/${mark}`);
const review = (who: TestClient, id: string, rating = 5) =>
  who.post(`/v1/courses/${id}/reviews`, { rating, text: '좋아요' });

function counted(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const outcome = body?.code === undefined ? `${status}` : `${status} ${body.code}`;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** What is told of a course, and of what hangs on it, in the order in which it was done: one had the course at a time. */
const toldOf = (id: string): Promise<string[]> =>
  stack
    .db('course.outbox')
    .whereRaw(`subject LIKE :id || '%' OR data ->> 'courseId' = :id`, { id })
    .orderBy('position')
    .pluck('type');

const countsOf = async (id: string) => (await courses.host.get(`/v1/courses/${id}`)).body.counts;

const sizeOf = async (table: string, id: string): Promise<number> => {
  const row = await stack
    .db(`course.${table}`)
    .where({ course_id: id })
    .countDistinct('customer as customers')
    .first();
  return row?.customers as number;
};

/** Everyone twice at once. */
const likedTwice = (customers: TestClient[], id: string) =>
  Promise.all(customers.flatMap((who) => [put(who, id, 'like'), put(who, id, 'like')]));

test('200 customers like, unlike and bookmark one course at once: each counter is its rows, each change told once', async () => {
  const [id, customers] = [await courses.register(), await crowd(200)];
  const asked = customers.map(async (who, i) => [
    await put(who, id, 'like'),
    await put(who, id, 'bookmark'),
    i % 2 ? await take(who, id, 'like') : await put(who, id, 'like'),
    ...(i % 4 ? [] : [await take(who, id, 'bookmark')]),
  ]);
  expect(counted((await Promise.all(asked)).flat())).toEqual({ '204': 650 });

  const [likes, bookmarks] = [100, 150];
  expect([await sizeOf('likes', id), await sizeOf('bookmarks', id)]).toEqual([likes, bookmarks]);
  expect(await countsOf(id)).toMatchObject({ likes, bookmarks });
  const told = await toldOf(id);
  const times = (type: string) => told.filter((one) => one === `course.${type}`).length;
  expect(times('liked') - times('unliked')).toBe(likes);
  expect(times('bookmarked') - times('unbookmarked')).toBe(bookmarks);
  expect([times('bookmark-gained'), times('bookmark-lost')]).toEqual([
    times('bookmarked'),
    times('unbookmarked'),
  ]);
});

test('of 20 reviews at once of one customer one is taken', async () => {
  const [id, minji] = [await courses.register(), await stack.signIn()];
  const answers = await Promise.all(Array.from({ length: 20 }, () => review(minji, id)));
  expect(counted(answers)).toEqual({ '201': 1, '409 already-reviewed': 19 });
  expect(await countsOf(id)).toMatchObject({ reviews: 1 });
});

const ROUNDS = 8;

/** 40 customers at once, and the host in their middle. @returns what the customers were answered */
async function interrupted(
  ask: (who: TestClient, i: number) => Promise<Answer>,
  byHost: () => Promise<Answer>,
): Promise<Answer[]> {
  const customers = await crowd(40);
  const first = customers.slice(0, 20).map(ask);
  const host = byHost();
  const answers = await Promise.all([...first, ...customers.slice(20).map(ask)]);
  expect((await host).status).toBeLessThan(300);
  return answers;
}

test('reviews at once with the edit that ends them: none is taken after it', async () => {
  const answers: Answer[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const id = await courses.register();
    const reviews = await interrupted(
      (who, i) => review(who, id, (i % 5) + 1),
      () => courses.host.call('PATCH', `/v1/courses/${id}`, { reviewsAllowed: false }),
    );
    const told = await toldOf(id);
    expect(told.at(-1)).toBe('course.edited');
    expect(told.filter((type) => type === 'course.reviewed')).toHaveLength(counted(reviews)['201'] ?? 0);
    answers.push(...reviews);
  }
  // Some came before it, some after it, and there is nothing else.
  const each = expect.any(Number) as number;
  expect(counted(answers)).toEqual({ '201': each, '409 reviews-not-allowed': each });
});

test('likes at once with the deletion of the course: none is put after it', async () => {
  const answers: Answer[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const id = await courses.register();
    const likes = await interrupted(
      (who) => put(who, id, 'like'),
      () => courses.host.call('DELETE', `/v1/courses/${id}`),
    );
    const told = await toldOf(id);
    expect(told.at(-1)).toBe('course.deleted');
    expect(told.filter((type) => type === 'course.liked')).toHaveLength(counted(likes)['204'] ?? 0);
    answers.push(...likes);
  }
  const each = expect.any(Number) as number;
  expect(counted(answers)).toEqual({ '204': each, '404 not-found': each });
});

test('20 edits at once, of no version in particular: each is one more, and is answered as it was made', async () => {
  const path = `/v1/courses/${await courses.register()}`;
  const edits = Array.from({ length: 20 }, (_, i) =>
    courses.host.call('PATCH', path, { title: `제목 ${i}` }),
  );
  const answers = await Promise.all(edits);
  expect(counted(answers)).toEqual({ '200': 20 });
  expect(answers.map(({ body }) => body.title)).toEqual(answers.map((_, i) => `제목 ${i}`));
  const versions = answers.map(({ headers }) => Number(headers.get('etag')!.slice(1, -1)));
  expect(versions.sort((a, b) => a - b)).toEqual(answers.map((_, i) => i + 2));
  expect((await courses.host.get(path)).headers.get('etag')).toBe('"21"');
});

test('after all these races every law holds', async () => {
  expect(await stack.breaches()).toEqual([]);
});

test('control: a review that asks without having the course to itself is taken after the edit', async () => {
  const [id, minji] = [await courses.register(), await stack.signIn()];
  const reviewing = await stack.db.transaction();
  const course = await reviewing('course.courses').where({ id }).first<object>('reviews_allowed');
  expect(course).toEqual({ reviews_allowed: true });
  await courses.host.call('PATCH', `/v1/courses/${id}`, { reviewsAllowed: false });
  const late = { id: `rev_${id}`, course_id: id, customer: minji.user, rating: 5, text: '좋아요' };
  await reviewing('course.reviews').insert(late);
  await reviewing.commit();
  expect(await toldOf(id)).toEqual(['course.registered', 'course.edited', 'course.reviewed']);
});

describe('controls: without what the database refuses by', () => {
  test('a customer is counted more than once', async () => {
    const [id, customers] = [await courses.register(), await crowd(20)];
    await stack.db.raw('ALTER TABLE course.likes DROP CONSTRAINT likes_pkey');
    await likedTwice(customers, id);
    expect((await countsOf(id)).likes).toBeGreaterThan(await sizeOf('likes', id));
  });

  test('a customer reviews a course more than once', async () => {
    const [id, minji] = [await courses.register(), await stack.signIn()];
    await stack.db.raw('ALTER TABLE course.reviews DROP CONSTRAINT one_review_each');
    const answers = await Promise.all(Array.from({ length: 5 }, () => review(minji, id)));
    expect(counted(answers)['201']).toBeGreaterThan(1);
  });

  test('likes that do not count themselves are missed', async () => {
    const [id, customers] = [await courses.register(), await crowd(3)];
    await stack.db.raw('DROP TRIGGER count ON course.likes');
    await likedTwice(customers, id);
    expect(await countsOf(id)).toMatchObject({ likes: 0 });
  });
});
