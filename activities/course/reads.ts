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
const REVIEW = [...COMMENT, 'rating'] as const;

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
          comments: await newest(tx, 'course.comments', id, most).select<CommentRow[]>(COMMENT),
          reviews: await newest(tx, 'course.reviews', id, most).select<ReviewRow[]>(REVIEW),
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
    return this.inTime((tx) =>
      tx({ c: 'course.courses' })
        .join({ b: 'course.bookmarks' }, 'b.course_id', 'c.id')
        .where({ 'b.customer': customer, 'c.status': 'LISTED' })
        .orderBy([
          { column: 'b.at', order: 'desc' },
          { column: 'c.id', order: 'desc' },
        ])
        .limit(limit)
        .select<CourseRow[]>(fields(tx, customer)),
    );
  }

  async comment(id: string): Promise<CommentRow | undefined> {
    return this.inTime((tx) => commentRow(tx, id));
  }

  async review(id: string): Promise<ReviewRow | undefined> {
    return this.inTime((tx) => reviewRow(tx, id));
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

export const commentRow = async (tx: Knex, id: string): Promise<CommentRow | undefined> =>
  tx('course.comments').where({ id }).first<CommentRow | undefined>(COMMENT);

export const reviewRow = async (tx: Knex, id: string): Promise<ReviewRow | undefined> =>
  tx('course.reviews').where({ id }).first<ReviewRow | undefined>(REVIEW);

const newest = (tx: Knex, table: string, courseId: string, limit: number): Knex.QueryBuilder =>
  tx(table).where({ course_id: courseId }).orderBy('id', 'desc').limit(limit);

const fields = (tx: Knex, viewer: string | undefined): Knex.Raw => tx.raw(COURSE, { viewer: viewer ?? null });
