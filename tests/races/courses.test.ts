import { LISTENERS, SERVICES } from '../../config';
import { pause } from '../../engine/wait';
import { Courses } from '../courses';
import type { Answer, Customer } from '../customer';
import { startSystem, type System } from '../system';

let system: System;
let courses: Courses;
beforeAll(async () => {
  system = await startSystem({ quiet: true, without: [...SERVICES, ...LISTENERS] });
  courses = await Courses.open(system);
});
afterAll(() => system.stop());

const crowd = (size: number) => Promise.all(Array.from({ length: size }, () => system.customer()));

/** Told to come back later, as on a busy machine, they do. */
async function insist(ask: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await ask();
    if (answer.status !== 503 || tries === 60) return answer;
    await pause(200);
  }
}

const put = (who: Customer, id: string, mark: string) =>
  insist(() => who.call('PUT', `/v1/courses/${id}/${mark}`));
const take = (who: Customer, id: string, mark: string) =>
  insist(() => who.call('DELETE', `/v1/courses/${id}/${mark}`));
const review = (who: Customer, id: string, rating = 5) =>
  insist(() => who.post(`/v1/courses/${id}/reviews`, { rating, text: '좋아요' }));

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
  system
    .db('course.outbox')
    .whereRaw(`subject LIKE :id || '%' OR data ->> 'courseId' = :id`, { id })
    .orderBy('position')
    .pluck('type');

const countsOf = async (id: string) => (await courses.host.get(`/v1/courses/${id}`)).body.counts;

const sizeOf = async (table: string, id: string): Promise<number> => {
  const row = await system
    .db(`course.${table}`)
    .where({ course_id: id })
    .countDistinct('customer as customers')
    .first();
  return row?.customers as number;
};

/** Everyone twice at once. */
const likedTwice = (customers: Customer[], id: string) =>
  Promise.all(customers.flatMap((who) => [put(who, id, 'like'), put(who, id, 'like')]));

test('200 customers like, unlike and bookmark one course at once: each counter is its rows, each change told once', async () => {
  const [id, customers] = [await courses.register(), await crowd(200)];
  const asked = customers.flatMap((who, i) => [
    put(who, id, 'like'),
    put(who, id, 'bookmark'),
    i % 2 ? take(who, id, 'like') : put(who, id, 'like'),
    ...(i % 4 ? [] : [take(who, id, 'bookmark')]),
  ]);
  expect(counted(await Promise.all(asked))).toEqual({ '204': asked.length });

  const [likes, bookmarks] = [await sizeOf('likes', id), await sizeOf('bookmarks', id)];
  expect(await countsOf(id)).toMatchObject({ likes, bookmarks });
  expect(likes).toBeGreaterThanOrEqual(100);
  expect(bookmarks).toBeGreaterThanOrEqual(150);
  expect(await courses.miscounted()).toEqual([]);
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
  const [id, minji] = [await courses.register(), await system.customer()];
  const answers = await Promise.all(Array.from({ length: 20 }, () => review(minji, id)));
  expect(counted(answers)).toEqual({ '201': 1, '409 already-reviewed': 19 });
  expect(await countsOf(id)).toMatchObject({ reviews: 1 });
});

test('reviews at once with the edit that ends them: none is taken after it', async () => {
  const [id, customers] = [await courses.register(), await crowd(40)];
  const reviewing = customers.map((who, i) => review(who, id, (i % 5) + 1));
  const closing = insist(() => courses.host.call('PATCH', `/v1/courses/${id}`, { reviewsAllowed: false }));
  const answers = counted(await Promise.all(reviewing));
  expect((await closing).status).toBe(200);
  expect((answers['201'] ?? 0) + (answers['409 reviews-not-allowed'] ?? 0)).toBe(40);
  const told = await toldOf(id);
  expect(told.slice(told.indexOf('course.edited') + 1)).toEqual([]);
  expect(told.filter((type) => type === 'course.reviewed')).toHaveLength(answers['201'] ?? 0);
  expect(await courses.miscounted()).toEqual([]);
});

test('likes at once with the deletion of the course: none is put after it', async () => {
  const [id, customers] = [await courses.register(), await crowd(40)];
  const liking = customers.map((who) => put(who, id, 'like'));
  const deleting = insist(() => courses.host.call('DELETE', `/v1/courses/${id}`));
  const answers = counted(await Promise.all(liking));
  expect((await deleting).status).toBe(204);
  expect((answers['204'] ?? 0) + (answers['404 not-found'] ?? 0)).toBe(40);
  const told = await toldOf(id);
  expect(told.at(-1)).toBe('course.deleted');
  expect(told.filter((type) => type === 'course.liked')).toHaveLength(answers['204'] ?? 0);
});

test('20 edits at once, of no version in particular: each is one more', async () => {
  const path = `/v1/courses/${await courses.register()}`;
  const edits = Array.from({ length: 20 }, (_, i) =>
    insist(() => courses.host.call('PATCH', path, { title: `제목 ${i}` })),
  );
  const answers = await Promise.all(edits);
  expect(counted(answers)).toEqual({ '200': 20 });
  expect((await courses.host.get(path)).headers.get('etag')).toBe('"21"');
});

describe('controls: without what the database refuses by', () => {
  test('a customer is counted more than once', async () => {
    const [id, customers] = [await courses.register(), await crowd(20)];
    await system.db.raw('ALTER TABLE course.likes DROP CONSTRAINT likes_pkey');
    await likedTwice(customers, id);
    expect((await countsOf(id)).likes).toBeGreaterThan(await sizeOf('likes', id));
  });

  test('a customer reviews a course more than once', async () => {
    const [id, minji] = [await courses.register(), await system.customer()];
    await system.db.raw('ALTER TABLE course.reviews DROP CONSTRAINT one_review_each');
    const answers = await Promise.all(Array.from({ length: 5 }, () => review(minji, id)));
    expect(counted(answers)['201']).toBeGreaterThan(1);
  });

  test('likes that do not count themselves are missed', async () => {
    const [id, customers] = [await courses.register(), await crowd(3)];
    await system.db.raw('DROP TRIGGER count ON course.likes');
    await likedTwice(customers, id);
    expect(await courses.miscounted()).toContain(id);
  });
});
