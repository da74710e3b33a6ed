import type { Knex } from 'knex';

export const SORTS = ['newest', 'likes', 'rating'] as const;
export type Sort = (typeof SORTS)[number];

export interface CourseFilter {
  sort: Sort;
  /** To be found as it stands but for capitals and how letters are composed (NFC), anywhere in title or content. */
  q?: string | undefined;
  limit: number;
  /** Where the last one seen was: its likes or rating (no matter where the newest come first), and its id. */
  after?: { value: number; id: string } | undefined;
}

/** Each order has an index of its own; of equals the newer comes first. */
const BY: Record<Sort, { order: string; after: string }> = {
  newest: { order: 'c.id DESC', after: 'c.id < :id' },
  likes: { order: 'c.likes DESC, c.id DESC', after: '(c.likes, c.id) < (:value, :id)' },
  rating: { order: 'c.rating DESC, c.id DESC', after: '(c.rating, c.id) < (:value, :id)' },
};

/** So many are looked through for a word before the index of letters is asked. */
const LOOKED_THROUGH = 1_000;
/** So many are soon put in order. */
const FEW = 2_000;

/** Courses `c`, from the last one seen on. */
export const inOrder = (db: Knex, filter: CourseFilter): Knex.QueryBuilder =>
  pageOf(db({ c: 'course.courses' }), filter);

function pageOf(courses: Knex.QueryBuilder, { sort, after, limit }: CourseFilter): Knex.QueryBuilder {
  void courses.whereRaw(`c.status = 'LISTED'`);
  if (after) void courses.whereRaw(BY[sort].after, { ...after });
  return courses.orderByRaw(BY[sort].order).limit(limit);
}

/**
 * Those courses with the word that are found soon: where a page of them is, it is the first. The index of letters
 * would bring all courses that have a common word, to be put in order.
 */
export function amongTheFirst(db: Knex, filter: CourseFilter, q: string): Knex.QueryBuilder {
  const first = inOrder(db, { ...filter, limit: LOOKED_THROUGH }).select('c.*');
  return db
    .from(first.as('c'))
    .whereRaw(`strpos(lower(normalize(c.title || E'\\n' || c.content)), lower(?)) > 0`, q)
    .orderByRaw(BY[filter.sort].order)
    .limit(filter.limit);
}

/** Those that were not looked through. */
export const beyondTheFirst = (db: Knex, filter: CourseFilter): Knex.QueryBuilder =>
  inOrder(db, { ...filter, limit: 1 }).offset(LOOKED_THROUGH);

/** The same by the index of letters: the way to what few courses have. */
export function byLetters(db: Knex, filter: CourseFilter, q: string): Knex.QueryBuilder {
  const found = db('course.searched')
    .whereRaw('course.grams(text) @> course.grams_to_find(lower(:q)) AND strpos(text, lower(:q)) > 0', { q })
    .select('course_id');
  const courses = db
    .withMaterialized('found', found)
    .from(wantedOf(db, filter).as('wanted'))
    // Each by its id: the planner takes them for many, and would go through all courses to meet them.
    .joinRaw('CROSS JOIN LATERAL (SELECT * FROM course.courses WHERE id = wanted.course_id OFFSET 0) c');
  return pageOf(courses, filter);
}

/** Of those found: words of a season are in many courses, and maybe in none of late. */
function wantedOf(db: Knex, filter: CourseFilter): Knex.QueryBuilder {
  const { sort, after, limit } = filter;
  const found = db('found').select('course_id');
  // The newest are seen by their ids.
  if (sort === 'newest') {
    if (after) void found.where('course_id', '<', after.id);
    return found.orderBy('course_id', 'desc').limit(limit);
  }
  // Few are put in order; of many a page is soon met on the way through all.
  const count = '(SELECT count(*) FROM found)';
  const met = inOrder(db, filter)
    .whereRaw(`${count} > ?`, FEW)
    .whereRaw('(c.id IN (SELECT course_id FROM found)) IS TRUE')
    .select('c.id');
  return found.whereRaw(`${count} <= ?`, FEW).unionAll(met, true);
}
