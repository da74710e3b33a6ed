import type { Knex } from 'knex';
import { connect, NO_HURRY } from '../../activities/database';
import { CourseReads } from '../../activities/course/reads';
import { CourseRepository } from '../../activities/course/repository';
import {
  amongTheFirst,
  byLetters,
  type CourseFilter,
  inOrder,
  type Sort,
  SORTS,
} from '../../activities/course/search';
import { lagOf } from '../../bench/figures';
import { extent, FULL } from '../extent';
import { newDatabases } from '../test-stack';

const COURSES = extent(30_000, 100_000);
/** As few as have the rarest word, and of them the first. */
const RARE = { every: COURSES / 5, from: 11 };
const PAGE = 21;

let db: Knex;
let reads: CourseReads;
beforeAll(async () => {
  db = connect((await newDatabases()).databaseUrl, 2, NO_HURRY);
  reads = new CourseReads(db);
  await fill();
}, 180_000);
afterAll(() => db.destroy());

/**
 * Courses of two-syllable words, of 2,000 some of which are in many courses and most in few. Besides, every second one
 * is by the river, one in a hundred has a view, five have a bridge, and the oldest tenth is about a season.
 */
async function fill(): Promise<void> {
  const { rows } = await db.raw<{ rows: [{ made: string }] }>(
    `SELECT pg_get_indexdef('course.searched_by_grams'::regclass) AS made`,
  );
  await db.raw(`
    DROP INDEX course.searched_by_grams;
    SET session_replication_role = replica;
    INSERT INTO course.courses (id, host, title, content, reviews_allowed, status, likes, reviews, rating_sum)
    SELECT 'crs_01' || lpad(n::text, 24, '0'), 'host' || n % 500, 'Course ' || n, (
        SELECT string_agg(chr(44032 + k * 7919 % 11172) || chr(44032 + (k * 1047 + 13) % 11172), ' ')
        FROM generate_series(1, 8) g,
          LATERAL (SELECT floor(2000 * power((hashint8(n * 97 + g) & 65535) / 65536.0::float8, 2))::int AS k) word)
      || CASE WHEN n % 2 = 0 THEN ' 한강 산책' ELSE '' END || CASE WHEN n % 100 = 7 THEN ' 야경 명소' ELSE '' END
      || CASE WHEN n % ${RARE.every} = ${RARE.from} THEN ' 무지개다리' ELSE '' END || CASE WHEN n < ${COURSES / 10} THEN ' 벚꽃' ELSE '' END,
      true, 'LISTED', hashint8(n) & 1023, reviews, reviews * (1 + (hashint8(n * 3) & 3))
    FROM generate_series(1, ${COURSES}) n, LATERAL (SELECT hashint8(n * 7) & 3 AS reviews) r;
    INSERT INTO course.searched SELECT id, lower(title || E'\\n' || content) FROM course.courses;
    RESET session_replication_role;
    ${rows[0].made}`);
  await db.raw('VACUUM course.courses');
  await db.raw('SET default_statistics_target = 10; ANALYZE course.courses, course.searched');
}

const idOf = (n: number) => `crs_01${String(n).padStart(24, '0')}`;

const planOf = async (query: Knex.QueryBuilder): Promise<string> => {
  const { rows } = await db.raw<{ rows: { 'QUERY PLAN': string }[] }>(
    `EXPLAIN ${query.select('c.id').toQuery()}`.replaceAll('?', '\\?'),
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
};

const first = (sort: Sort): CourseFilter => ({ sort, limit: PAGE });
const INDEXES: Record<Sort, string> = {
  newest: 'courses_by_age',
  likes: 'courses_by_likes',
  rating: 'courses_by_rating',
};

/** With so many courses after them that sorting those would cost more. */
const MIDWAY: Record<Sort, number> = { newest: 0, likes: 512, rating: 3 };

test.each(SORTS)('%s first: by an index, with a word or without, and on from any place', async (sort) => {
  const after = { value: MIDWAY[sort], id: idOf(COURSES / 2) };
  for (const filter of [first(sort), { ...first(sort), after }])
    for (const query of [inOrder(db, filter), amongTheFirst(db, filter, '한강')]) {
      const plan = await planOf(query);
      expect(plan).toMatch(new RegExp(`Index (Only )?Scan Backward using ${INDEXES[sort]}`));
      expect(plan).not.toMatch(/Seq Scan|Sort/);
    }
});

test.each(['무지개다리', '야경', '꽃', '벚꽃', 'course 99', '없는 말'])(
  'what few have, such as %s, by the index of letters',
  async (q) => {
    const plan = await planOf(byLetters(db, first('likes'), q));
    expect(plan).toMatch('Bitmap Index Scan on searched_by_grams');
    expect(plan).not.toMatch('Seq Scan on searched');
  },
);

/** What a search finds that looks at every course. */
const byLooking = (q: string, sort: Sort, limit = 60): Promise<string[]> =>
  db('course.courses')
    .whereRaw(`strpos(lower(title || ' ' || content), lower(?)) > 0`, q)
    .orderBy([
      ...(sort === 'newest' ? [] : [{ column: sort, order: 'desc' }]),
      { column: 'id', order: 'desc' },
    ])
    .limit(limit)
    .pluck<string[]>('id')
    .then((ids) => ids);

const listed = async (filter: CourseFilter, viewer?: string) => (await reads.courses(filter, viewer)) ?? [];

async function threePages(q: string, sort: 'likes' | 'rating'): Promise<string[]> {
  const ids: string[] = [];
  let after: CourseFilter['after'];
  for (let page = 0; page < 3; page++) {
    const rows = await listed({ sort, q, limit: 20, after });
    ids.push(...rows.map(({ id }) => id));
    const last = rows.at(-1);
    if (last) after = { value: last[sort] ?? 0, id: last.id };
  }
  return ids;
}

test.each(['한강', '야경', '무지개다리', '벚꽃', '꽃', 'RSE 1234', '책 야', '없는 말', '%'])(
  'a search for %s finds what a look at all of them does, page by page',
  async (q) => {
    expect(await threePages(q, 'likes')).toEqual(await byLooking(q, 'likes'));
  },
);

test('what many have, but none of the best rated, is met on the way through all', async () => {
  expect(await threePages('벚꽃', 'rating')).toEqual(await byLooking('벚꽃', 'rating'));
  expect(await planOf(byLetters(db, first('rating'), '벚꽃'))).toMatch('hashed SubPlan');
});

test('what is edited is found by its new words, what is deleted by none', async () => {
  const courses = new CourseRepository(db);
  const n = RARE.every + RARE.from;
  const by = { courseId: idOf(n), host: `host${n % 500}`, versions: undefined };
  const finds = async (q: string) => (await listed({ ...first('newest'), q })).length;
  expect(await finds('무지개다리')).toBe(5);
  await courses.edit({ ...by, content: '오솔길', answerBy: Date.now() + 5_000 });
  expect([await finds('무지개다리'), await finds('오솔길')]).toEqual([4, 1]);
  await courses.remove({ ...by, answerBy: Date.now() + 5_000 });
  expect([await finds('무지개다리'), await finds('오솔길')]).toEqual([4, 0]);
});

/** Each letter and each pair of them once. */
const LONGEST = Array.from({ length: 10_000 }, (_, i) =>
  String.fromCodePoint(0xac00 + ((i * 7919) % 11172)),
).join('');

test('the longest course, of 10,000 different letters, is registered and found', async () => {
  const courses = new CourseRepository(db);
  const course = { id: 'crs_01longest00000000000000000', host: 'minji', title: 'Longest', content: LONGEST };
  await courses.register({ ...course, reviewsAllowed: false }, Date.now() + 5_000);
  for (const q of [LONGEST.slice(-2), LONGEST.slice(5_000, 5_100)])
    expect((await listed({ ...first('likes'), q })).map(({ id }) => id)).toEqual([course.id]);
});

/** Words by how many have them. */
const KINDS: Record<string, () => Promise<string[]>> = {
  'in half of them': () => Promise.resolve(['한강', '산책', '한강 산책']),
  'in one of a hundred': () => Promise.resolve(['야경', '명소', '야경 명소']),
  'in five of them': () => Promise.resolve(['무지개다리', '무지', '다리']),
  'in none': () => Promise.resolve(['없는 말', '쀍쀍']),
  'of two syllables, any': async () => {
    const { rows } = await db.raw<{ rows: { word: string }[] }>(
      `SELECT DISTINCT split_part(content, ' ', 3) AS word FROM course.courses WHERE id LIKE '%77' LIMIT 100`,
    );
    return rows.map(({ word }) => word);
  },
  'in the oldest tenth': () => Promise.resolve(['벚꽃']),
};

test.each(Object.keys(KINDS))(
  `words %s: in each order the first page of ${COURSES} courses is what a look at all of them finds`,
  async (kind) => {
    const words = (await KINDS[kind]!()).slice(0, extent(3, 30));
    for (const sort of SORTS) {
      const times: number[] = [];
      for (const q of words) {
        const began = performance.now();
        const rows = await listed({ ...first(sort), q }, 'minji');
        times.push(performance.now() - began);
        expect([sort, q, rows.map(({ id }) => id)]).toEqual([sort, q, await byLooking(q, sort, PAGE)]);
      }
      if (FULL) console.log(`${sort} first, words ${kind}: ${JSON.stringify(lagOf(times))} (ms)`);
    }
  },
);

test('a search that takes too long goes on no longer', async () => {
  await db.raw(`
    CREATE OR REPLACE FUNCTION course.grams_to_find(wanted text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT AS
    $$ BEGIN PERFORM pg_sleep(3600); RETURN ARRAY[wanted]; END $$`);
  const search = reads.courses({ ...first('likes'), q: '없는 말' }, undefined);
  // What the API takes for courses being away.
  await expect(search).rejects.toMatchObject({ code: '57014' });
});
