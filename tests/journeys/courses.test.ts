import { until } from '../../engine/wait';
import { Courses } from '../courses';
import type { TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';

/** What has the form of a course's id, and is none. */

let stack: TestStack;
let courses: Courses;
let minji: TestClient;
beforeAll(async () => {
  // Courses need none of them.
  stack = await startStack({ listeners: ['notification'], only: [] });
  courses = await Courses.open(stack);
});
beforeEach(async () => {
  minji = await stack.signIn();
});
afterAll(() => stack.stop());

const anonymous = async (path: string) => {
  const answer = await fetch(stack.url + path);
  return { status: answer.status, body: (await answer.json()) as any, headers: answer.headers };
};

/** What somebody is told, once it is so much. */
async function toldTo(whom: TestClient, count: number): Promise<[event: string, text: string][]> {
  let messages: { event: string; text: string }[] = [];
  const all = async () => (messages = (await whom.get('/v1/me/messages')).body.data).length >= count;
  await until(all, { withinMs: 10_000, everyMs: 30 });
  return messages.map(({ event, text }) => [event, text]);
}

test('seed 001: registered, seen, liked, bookmarked and told of, commented on, reviewed, on one view', async () => {
  const { host } = courses;
  const registered = await host.post('/v1/courses', {
    title: 'test',
    content: '여의도',
    reviewsAllowed: true,
  });
  const { id } = registered.body;
  const course = {
    id,
    title: 'test',
    content: '여의도',
    host: host.user,
    reviewsAllowed: true,
    counts: { likes: 0, bookmarks: 0, comments: 0, reviews: 0 },
    rating: null,
    likedByMe: false,
    bookmarkedByMe: false,
    createdAt: registered.body.createdAt,
  };
  expect([registered.status, registered.body]).toEqual([201, course]);
  expect(registered.headers.get('location')).toBe(`/v1/courses/${id}`);
  expect((await minji.get(`/v1/courses/${id}`)).body).toEqual({ ...course, comments: [], reviews: [] });

  for (const mark of ['like', 'bookmark'])
    expect((await minji.call('PUT', `/v1/courses/${id}/${mark}`)).status).toBe(204);
  expect(await toldTo(minji, 1)).toEqual([['course.bookmarked', '데이트 코스를 북마크했습니다: test.']]);
  expect((await minji.get('/v1/me')).body.bookmarks).toEqual([
    {
      ...course,
      counts: { ...course.counts, likes: 1, bookmarks: 1 },
      likedByMe: true,
      bookmarkedByMe: true,
    },
  ]);
  const comment = await minji.post(`/v1/courses/${id}/comments`, { text: '야경이 좋아요' });
  expect([comment.status, comment.body]).toEqual([
    201,
    {
      id: comment.body.id,
      customer: minji.user,
      text: '야경이 좋아요',
      at: expect.any(String),
      createdAt: expect.any(String),
    },
  ]);
  const review = await minji.post(`/v1/courses/${id}/reviews`, { rating: 5, text: '또 갈래요' });
  expect([review.status, review.body]).toMatchObject([201, { rating: 5, text: '또 갈래요' }]);
  const jun = await stack.signIn();
  await jun.post(`/v1/courses/${id}/reviews`, { rating: 4, text: '좋아요' });

  const seen = {
    ...course,
    counts: { likes: 1, bookmarks: 1, comments: 1, reviews: 2 },
    rating: 4.5,
    comments: [comment.body],
    reviews: [expect.objectContaining({ customer: jun.user, rating: 4 }), review.body],
  };
  expect((await anonymous(`/v1/courses/${id}`)).body).toEqual(seen);
  expect((await minji.get(`/v1/courses/${id}`)).body).toEqual({
    ...seen,
    likedByMe: true,
    bookmarkedByMe: true,
  });

  for (const mark of ['like', 'bookmark'])
    expect((await minji.call('DELETE', `/v1/courses/${id}/${mark}`)).status).toBe(204);
  expect((await minji.get('/v1/me')).body.bookmarks).toEqual([]);
  expect((await anonymous(`/v1/courses/${id}`)).body.counts).toEqual({
    ...seen.counts,
    likes: 0,
    bookmarks: 0,
  });
  expect((await toldTo(minji, 2)).map(([event]) => event)).toEqual([
    'course.unbookmarked',
    'course.bookmarked',
  ]);
  expect(await toldTo(host, 5)).toEqual([
    ['course.bookmark-lost', '등록하신 데이트 코스의 북마크를 고객이 취소했습니다: test.'],
    ['course.reviewed', '등록하신 데이트 코스에 별점 4점의 후기가 등록되었습니다: test.'],
    ['course.reviewed', '등록하신 데이트 코스에 별점 5점의 후기가 등록되었습니다: test.'],
    ['course.commented', '등록하신 데이트 코스에 댓글이 달렸습니다: test.'],
    ['course.bookmark-gained', '등록하신 데이트 코스를 고객이 북마크했습니다: test.'],
  ]);
});

test('hosts and customers who read English are told in English', async () => {
  const [theirs, sam] = await Promise.all([Courses.open(stack, 'en'), stack.signIn({ locale: 'en' })]);
  const id = await theirs.register({ title: 'Han River' });
  await sam.call('PUT', `/v1/courses/${id}/bookmark`);
  await sam.call('DELETE', `/v1/courses/${id}/bookmark`);
  await sam.post(`/v1/courses/${id}/comments`, { text: 'Lovely' });
  await sam.post(`/v1/courses/${id}/reviews`, { rating: 3, text: 'Fine' });
  expect((await toldTo(sam, 2)).map(([, text]) => text)).toEqual([
    'Bookmark of a date course removed: Han River.',
    'Date course bookmarked: Han River.',
  ]);
  expect((await toldTo(theirs.host, 4)).map(([, text]) => text)).toEqual([
    'Your date course has a new review, 3 of 5: Han River.',
    'Your date course has a new comment: Han River.',
    'A customer removed the bookmark of your date course: Han River.',
    'A customer bookmarked your date course: Han River.',
  ]);
});

test('C1: a host edits and deletes their own courses, nobody else', async () => {
  const { host } = courses;
  const id = await courses.register();
  const path = `/v1/courses/${id}`;
  const other = await stack.signIn({ roles: ['host'] });
  const edit = { title: ' 한강 ', reviewsAllowed: false };
  for (const attempt of [other.call('PATCH', path, edit), other.call('DELETE', path)])
    expect((await attempt).body).toMatchObject({ status: 403, code: 'forbidden' });

  const edited = await host.call('PATCH', path, edit);
  expect([edited.status, edited.body]).toMatchObject([
    200,
    { title: ' 한강 ', content: '여의도', reviewsAllowed: false },
  ]);
  expect((await host.call('PATCH', path, { content: '둘째 날\n셋째 날' })).body.content).toBe(
    '둘째 날\n셋째 날',
  );
  expect((await anonymous(path)).body).toMatchObject({ title: ' 한강 ', content: '둘째 날\n셋째 날' });
  expect((await host.call('DELETE', path)).status).toBe(204);
});

test('C1: an edit of what has changed meanwhile is refused, and so is its deletion', async () => {
  const { host } = courses;
  const id = await courses.register();
  const path = `/v1/courses/${id}`;
  const etag = async () => (await host.get(path)).headers.get('etag');
  const edit = (title: string, ifMatch: string) =>
    host.call('PATCH', path, { title }, { 'If-Match': ifMatch });
  const first = await etag();
  expect(first).toBe('"1"');

  // A like is no edit.
  await minji.call('PUT', `${path}/like`);
  expect(await etag()).toBe(first);

  const edited = await edit('둘', first!);
  expect([edited.status, edited.headers.get('etag')]).toEqual([200, '"2"']);
  for (const old of [first!, 'W/"2"', '"x"', '"1", W/"2"', '"1",', '"02"'])
    expect((await edit('셋', old)).body).toMatchObject({ status: 412, code: 'precondition-failed' });
  for (const malformed of ['2', '"2', ',', '"1" "2"', '*, "2"'])
    expect((await edit('셋', malformed)).body).toMatchObject({ status: 400, code: 'invalid-request' });
  expect((await host.call('DELETE', path, undefined, { 'If-Match': first! })).status).toBe(412);
  expect((await anonymous(path)).body.title).toBe('둘');

  expect((await edit('셋', ', "1",, "2"')).status).toBe(200);
  expect((await edit('넷', '*')).status).toBe(200);
  expect((await host.call('PATCH', path, { title: '다섯' })).headers.get('etag')).toBe('"5"');
  expect((await host.call('DELETE', path, undefined, { 'If-Match': '"5"' })).status).toBe(204);
});

test('C1: of two edits at once of one version, one is refused', async () => {
  const path = `/v1/courses/${await courses.register()}`;
  const edit = (title: string) => courses.host.call('PATCH', path, { title }, { 'If-Match': '"1"' });
  const answers = await Promise.all(['하나', '둘', '셋'].map(edit));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  const { body, headers } = await anonymous(path);
  expect([body.title, headers.get('etag')]).toEqual([
    answers.find(({ status }) => status === 200)?.body.title,
    '"2"',
  ]);
});

test('a course that is deleted is found no more, and what was said of it is kept', async () => {
  const id = await courses.register({ title: '사라질 코스' });
  const path = `/v1/courses/${id}`;
  for (const mark of ['like', 'bookmark']) await minji.call('PUT', `${path}/${mark}`);
  await minji.post(`${path}/comments`, { text: '안녕' });
  await minji.post(`${path}/reviews`, { rating: 1, text: '별로' });
  const [edits, marks] = [{ title: '다시' }, ['like', 'bookmark']];
  expect((await courses.host.call('DELETE', path)).status).toBe(204);

  const asked = [
    minji.get(path),
    courses.host.call('PATCH', path, edits),
    courses.host.call('DELETE', path),
    ...marks.flatMap((mark) => [
      minji.call('PUT', `${path}/${mark}`),
      minji.call('DELETE', `${path}/${mark}`),
    ]),
    minji.post(`${path}/comments`, { text: '안녕' }),
    minji.post(`${path}/reviews`, { rating: 1, text: '별로' }),
  ];
  for (const { status, body } of await Promise.all(asked))
    expect([status, body.code]).toEqual([404, 'not-found']);
  expect((await minji.get('/v1/me')).body.bookmarks).toEqual([]);
  expect((await anonymous(`/v1/courses?q=${encodeURIComponent('사라질')}`)).body.data).toEqual([]);

  for (const table of ['likes', 'bookmarks', 'comments', 'reviews'])
    expect(await stack.db(`course.${table}`).where({ course_id: id })).toHaveLength(1);
  expect(await stack.db('course.courses').where({ id }).first()).toMatchObject({
    status: 'DELETED',
    likes: 1,
    bookmarks: 1,
    comments: 1,
    reviews: 1,
    rating_sum: 1,
  });
});

test('C2: likes and bookmarks put twice count once, and are told of once', async () => {
  const id = await courses.register();
  const counts = async () => (await anonymous(`/v1/courses/${id}`)).body.counts;
  for (const mark of ['like', 'bookmark'])
    for (const method of ['DELETE', 'PUT', 'PUT'])
      expect((await minji.call(method, `/v1/courses/${id}/${mark}`)).status).toBe(204);
  expect(await counts()).toMatchObject({ likes: 1, bookmarks: 1 });
  for (const mark of ['like', 'bookmark'])
    for (const method of ['DELETE', 'DELETE'])
      expect((await minji.call(method, `/v1/courses/${id}/${mark}`)).status).toBe(204);
  expect(await counts()).toMatchObject({ likes: 0, bookmarks: 0 });
  const told = await stack
    .db('course.outbox')
    .where({ customer: minji.user })
    .orderBy('position')
    .pluck('type');
  expect(told).toEqual(['course.liked', 'course.bookmarked', 'course.unliked', 'course.unbookmarked']);
});

test('C4: a review only where the course allows it, one of each customer', async () => {
  const closed = await courses.register({ reviewsAllowed: false });
  const open = await courses.register();
  const review = (id: string, rating = 5, who = minji) =>
    who.post(`/v1/courses/${id}/reviews`, { rating, text: '좋아요' });
  expect((await review(closed)).body).toMatchObject({ status: 409, code: 'reviews-not-allowed' });
  expect((await review(open, 1)).status).toBe(201);
  expect((await review(open)).body).toMatchObject({ status: 409, code: 'already-reviewed' });

  await courses.host.call('PATCH', `/v1/courses/${open}`, { reviewsAllowed: false });
  expect((await review(open, 5, await stack.signIn())).body.code).toBe('reviews-not-allowed');
  expect((await anonymous(`/v1/courses/${open}`)).body).toMatchObject({ rating: 1, counts: { reviews: 1 } });
});

test('C5: all comments and reviews are read page by page, by anyone, newest first', async () => {
  const id = await courses.register();
  const path = `/v1/courses/${id}`;
  const texts = Array.from({ length: 55 }, (_, n) => `${n}`);
  for (const text of texts) expect((await minji.post(`${path}/comments`, { text })).status).toBe(201);
  for (const rating of [5, 4, 3])
    await (await stack.signIn()).post(`${path}/reviews`, { rating, text: '좋아요' });
  const all = async (of: string) => {
    const seen: { text: string; rating: number }[] = [];
    for (let cursor = ''; ;) {
      const { status, body } = await anonymous(`${path}/${of}?limit=2${cursor}`);
      expect(status).toBe(200);
      seen.push(...body.data);
      if (body.nextCursor === null) return seen;
      cursor = `&cursor=${body.nextCursor}`;
    }
  };
  expect((await all('comments')).map(({ text }) => text)).toEqual(texts.toReversed());
  expect((await all('reviews')).map(({ rating }) => rating)).toEqual([3, 4, 5]);

  const other = await minji.post(`/v1/courses/${await courses.register()}/comments`, { text: '딴 코스' });
  const foreign = await anonymous(`${path}/comments?cursor=${other.body.id}`);
  expect([foreign.status, foreign.body.errors[0].path]).toEqual([400, 'query.cursor']);
  expect((await anonymous(`${path}/comments/${other.body.id}`)).status).toBe(404);
  await courses.host.call('DELETE', path);
  expect((await anonymous(`${path}/comments`)).status).toBe(404);
});

test('the same key makes one comment, one review, one course', async () => {
  const id = await courses.register();
  const twice = async (who: TestClient, path: string, body: object, other: object) => {
    const [first, again] = [await who.post(path, body, 'mine'), await who.post(path, body, 'mine')];
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect((await who.post(path, other, 'mine')).body.code).toBe('idempotency-mismatch');
  };
  await twice(minji, `/v1/courses/${id}/comments`, { text: '하나' }, { text: '둘' });
  await twice(minji, `/v1/courses/${id}/reviews`, { rating: 5, text: '하나' }, { rating: 4, text: '하나' });
  const course = { title: '열쇠', content: '', reviewsAllowed: true };
  await twice(courses.host, '/v1/courses', course, { ...course, title: '다른 열쇠' });
  expect((await anonymous(`/v1/courses/${id}`)).body.counts).toMatchObject({ comments: 1, reviews: 1 });
});

test('lists: the newest, the most liked, the best rated first; page by page', async () => {
  const word = '차례대로';
  const ids: string[] = [];
  for (const n of [0, 1, 2, 3]) ids.push(await courses.register({ title: `${word} ${n}`, content: '' }));
  const [a, b, c, d] = ids as [string, string, string, string];
  const fans = [minji, await stack.signIn(), await stack.signIn()];
  for (const [i, id] of [b, b, b, a].entries()) await fans[i % 3]!.call('PUT', `/v1/courses/${id}/like`);
  await minji.post(`/v1/courses/${c}/reviews`, { rating: 5, text: '최고' });
  await minji.post(`/v1/courses/${a}/reviews`, { rating: 2, text: '별로' });

  const list = async (sort: string, more = '') => {
    const { body } = await anonymous(`/v1/courses?q=${encodeURIComponent(word)}&sort=${sort}${more}`);
    return body as { data: { id: string }[]; nextCursor: string | null };
  };
  for (const [sort, expected] of [
    ['newest', [d, c, b, a]],
    ['likes', [b, a, d, c]],
    ['rating', [c, a, d, b]],
  ] as const) {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { data, nextCursor } = await list(sort, `&limit=1${cursor}`);
      seen.push(...data.map(({ id }) => id));
      if (nextCursor === null) break;
      cursor = `&cursor=${nextCursor}`;
    }
    expect([sort, seen]).toEqual([sort, expected]);
  }
  const { nextCursor } = await list('likes', '&limit=1');
  for (const query of [
    `sort=rating&cursor=${nextCursor}`,
    `sort=likes&cursor=likes.4.5.${a}`,
    `sort=newest&cursor=newest.0.5.${a}`,
  ])
    expect([query, (await anonymous(`/v1/courses?${query}`)).status]).toEqual([query, 400]);
  expect(
    (await minji.get(`/v1/courses?q=${encodeURIComponent(word)}&sort=likes&limit=1`)).body.data,
  ).toMatchObject([{ id: b, likedByMe: true, bookmarkedByMe: false, counts: { likes: 3 } }]);
});

test('a word is found as it stands, anywhere in title or content', async () => {
  const own = 'zebra';
  const id = await courses.register({
    title: `${own} 한강 Night`,
    content: `100% 할인_코드\n둘째 날: \\ ' "경주"`,
  });
  const finds = async (q: string) => {
    const { body } = await anonymous(`/v1/courses?q=${encodeURIComponent(q)}&limit=100`);
    return (body.data as { id: string }[]).some((course) => course.id === id);
  };
  const there = [
    own,
    own.toUpperCase(),
    `${own} 한`,
    '한강',
    '강',
    'NIGHT',
    '100%',
    '할인_',
    '\\ \' "',
    '날: ',
    '한강'.normalize('NFD'),
  ];
  for (const q of there) expect([q, await finds(q)]).toEqual([q, true]);
  for (const q of [`${own}%`, `${own}_한강`, '한 강', 'Night 100%', '한강%Night'])
    expect([q, await finds(q)]).toEqual([q, false]);

  await courses.host.call('PATCH', `/v1/courses/${id}`, { title: `${own} 남산` });
  expect([await finds(`${own} 한강`), await finds(`${own} 남산`)]).toEqual([false, true]);
});

test('text is data: kept as it came, markup and all, and found however its letters are composed', async () => {
  const course = {
    title: ' 선유도 <b>밤</b> '.normalize('NFD'),
    content: ' a<b and 5<7\r\n둘 \t<script>alert(1)</script> \n',
  };
  const id = await courses.register(course);
  const comment = await minji.post(`/v1/courses/${id}/comments`, { text: 'a<b and 5<7' });
  expect([comment.status, comment.body.text]).toEqual([201, 'a<b and 5<7']);
  expect((await anonymous(`/v1/courses/${id}`)).body).toMatchObject(course);
  for (const form of ['NFC', 'NFD']) {
    const { body } = await anonymous(`/v1/courses?q=${encodeURIComponent('선유도 <B>'.normalize(form))}`);
    expect([form, body.data.map((found: { id: string }) => found.id)]).toEqual([form, [id]]);
  }
});

test('a title is measured in composed letters, each letter as one', async () => {
  for (const letter of ['강', '🌉'])
    for (const [length, status] of [
      [120, 201],
      [121, 400],
    ] as const) {
      const title = letter.repeat(length).normalize('NFD');
      const answer = await courses.host.post('/v1/courses', { title, content: '', reviewsAllowed: true });
      expect([letter, answer.status]).toEqual([letter, status]);
    }
});
