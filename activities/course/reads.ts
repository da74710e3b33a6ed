import type { Knex } from 'knex';
import { amongTheFirst, beyondTheFirst, byLetters, type CourseFilter, inOrder } from './search';
import { isRow } from '../database';

export { type CourseFilter, type Sort, SORTS } from './search';

export interface CourseRow {
  id: string;
  host: string;
  title: string;
  content: string;
  reviewsAllowed: boolean;
  version: number;
  likes: number;
  bookmarks: number;
  comments: number;
  reviews: number;
  /** The average of its reviews, to one decimal; null where there are none. */
  rating: number | null;
  /** By whoever looks at it. */
  liked: boolean;
  bookmarked: boolean;
}

export interface CommentRow {
  id: string;
  customer: string;
  text: string;
  at: Date;
}

export interface ReviewRow extends CommentRow {
  rating: number;
}

const COURSE = `
  c.id, c.host, c.title, c.content, c.reviews_allowed AS "reviewsAllowed", c.version,
  c.likes, c.bookmarks, c.comments, c.reviews, CAST(nullif(c.rating, 0) AS float8) AS rating,
  EXISTS (SELECT FROM course.likes l WHERE l.course_id = c.id AND l.customer = :viewer) AS liked,
  EXISTS (SELECT FROM course.bookmarks b WHERE b.course_id = c.id AND b.customer = :viewer) AS bookmarked`;
const COMMENT = ['id', 'customer', 'text', 'at'] as const;
const COLUMNS = { comments: COMMENT, reviews: [...COMMENT, 'rating'] as const };

/** What a customer says of a course. */
export type Remark = keyof typeof COLUMNS;
export type RowOf<K extends Remark> = K extends 'reviews' ? ReviewRow : CommentRow;

/** So long a statement may take: whoever asked is answered without it soon after (milliseconds). */
const STATEMENT_WITHIN_MS = 1_000;

/** A course with the newest of what customers say of it. */
interface WholeCourse {
  course: CourseRow;
  comments: CommentRow[];
  reviews: ReviewRow[];
}

/** What the API reads of courses. Each method is of one moment, and takes one connection. */
export class CourseReads {
  constructor(private readonly db: Knex) {}

  /** One that its host has made; it may be deleted since. */
  async made(id: string, host: string): Promise<CourseRow | undefined> {
    return this.inTime((tx) => courseRow(tx, { id, host }, host));
  }

  /**
   * @param viewer a customer; undefined for somebody who is not signed in
   * @param most so many comments, and as many reviews, newest first
   */
  async whole(id: string, viewer: string | undefined, most: number): Promise<WholeCourse | undefined> {
    return this.inTime(async (tx) => {
      const course = await courseRow(tx, { id, status: 'LISTED' }, viewer);
      return (
        course && {
          course,
          comments: await newest(tx, 'comments', id, most),
          reviews: await newest(tx, 'reviews', id, most),
        }
      );
    });
  }

  /** A page of a list. @returns undefined where the last one seen is no course */
  async courses(filter: CourseFilter, viewer: string | undefined): Promise<CourseRow[] | undefined> {
    return this.inTime(async (tx) => {
      if (!(await isRow(tx, 'course.courses', filter.after?.id))) return undefined;
      const rows = (courses: Knex.QueryBuilder) => courses.select<CourseRow[]>(fields(tx, viewer));
      const { q } = filter;
      if (q === undefined) return rows(inOrder(tx, filter));
      const first = await rows(amongTheFirst(tx, filter, q));
      if (first.length === filter.limit) return first;
      const more = await beyondTheFirst(tx, filter).first<object | undefined>('c.id');
      return more ? rows(byLetters(tx, filter, q)) : first;
    });
  }

  /** The customer's, the latest first. */
  async bookmarks(customer: string, limit: number): Promise<CourseRow[]> {
    // One round trip: a part of the customer's page, which is asked for often.
    return this.db({ c: 'course.courses' })
      .join({ b: 'course.bookmarks' }, 'b.course_id', 'c.id')
      .where({ 'b.customer': customer, 'c.status': 'LISTED' })
      .orderBy([
        { column: 'b.at', order: 'desc' },
        { column: 'c.id', order: 'desc' },
      ])
      .limit(limit)
      .select<CourseRow[]>(fields(this.db, customer))
      .options({ name: 'bookmarks' });
  }

  /**
   * What customers say of a course that is listed, newest first.
   * @param before the id of the last one seen
   * @returns 'no course', or undefined where the last one seen is not said of it
   */
  async remarks<K extends Remark>(
    kind: K,
    courseId: string,
    limit: number,
    before?: string,
  ): Promise<RowOf<K>[] | undefined | 'no course'> {
    return this.inTime(async (tx) => {
      if (!(await isRow(tx, 'course.courses', courseId, { status: 'LISTED' }))) return 'no course';
      if (!(await isRow(tx, `course.${kind}`, before, { course_id: courseId }))) return undefined;
      return newest(tx, kind, courseId, limit, before);
    });
  }

  /** @param courseId the listed course of which it must be, where that is given */
  async remark<K extends Remark>(kind: K, id: string, courseId?: string): Promise<RowOf<K> | undefined> {
    return this.inTime(async (tx) => {
      const ofListed = { status: 'LISTED' };
      if (!(await isRow(tx, 'course.courses', courseId, ofListed))) return undefined;
      if (courseId !== undefined && !(await isRow(tx, `course.${kind}`, id, { course_id: courseId })))
        return undefined;
      return remarkRow(tx, kind, id);
    });
  }

  /** A database that takes too long gives it up: it would go on after nobody waits for it, and keep the connection. */
  private inTime<T>(read: (tx: Knex) => Promise<T>): Promise<T> {
    return this.db.transaction(
      async (tx) => {
        await tx.raw(`SET LOCAL statement_timeout = ${STATEMENT_WITHIN_MS}`);
        return read(tx);
      },
      { isolationLevel: 'repeatable read', readOnly: true },
    );
  }
}

export const courseRow = async (
  tx: Knex,
  which: { id: string; host?: string; status?: 'LISTED' },
  viewer: string | undefined,
): Promise<CourseRow | undefined> =>
  tx({ c: 'course.courses' }).where(which).first<CourseRow | undefined>(fields(tx, viewer));

export const remarkRow = async <K extends Remark>(
  tx: Knex,
  kind: K,
  id: string,
): Promise<RowOf<K> | undefined> =>
  (await tx(`course.${kind}`).where({ id }).first(COLUMNS[kind])) as RowOf<K> | undefined;

async function newest<K extends Remark>(
  tx: Knex,
  kind: K,
  courseId: string,
  limit: number,
  before?: string,
): Promise<RowOf<K>[]> {
  const rows = tx(`course.${kind}`).where({ course_id: courseId }).orderBy('id', 'desc').limit(limit);
  if (before !== undefined) void rows.where('id', '<', before);
  return (await rows.select(COLUMNS[kind])) as RowOf<K>[];
}

const fields = (tx: Knex, viewer: string | undefined): Knex.Raw => tx.raw(COURSE, { viewer: viewer ?? null });
