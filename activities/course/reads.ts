import type { Knex } from 'knex';
import { amongTheFirst, beyondTheFirst, byLetters, inOrder } from './search';

export const SORTS = ['newest', 'likes', 'rating'] as const;
export type Sort = (typeof SORTS)[number];

export interface CourseFilter {
  sort: Sort;
  /** To be found as it stands, capitals or not, anywhere in title or content. */
  q?: string | undefined;
  limit: number;
  /** Where the last one seen was: its likes or rating (no matter where the newest come first), and its id. */
  after?: { value: number; id: string } | undefined;
}

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

/** What the API reads of courses: those that are listed. */
export class CourseReads {
  constructor(private readonly db: Knex) {}

  /** @param viewer a customer; undefined for somebody who is not signed in */
  async course(id: string, viewer: string | undefined): Promise<CourseRow | undefined> {
    return this.db({ c: 'course.courses' })
      .where({ id, status: 'LISTED' })
      .first<CourseRow | undefined>(this.fields(viewer));
  }

  /** A page of a list. */
  async courses(filter: CourseFilter, viewer: string | undefined): Promise<CourseRow[]> {
    const rows = (courses: Knex.QueryBuilder) => courses.select<CourseRow[]>(this.fields(viewer));
    const { q } = filter;
    if (q === undefined) return rows(inOrder(this.db, filter));
    const first = await rows(amongTheFirst(this.db, filter, q));
    if (first.length === filter.limit) return first;
    const more = await beyondTheFirst(this.db, filter).first<object | undefined>('c.id');
    return more ? rows(byLetters(this.db, filter, q)) : first;
  }

  /** The customer's, the latest first. */
  async bookmarks(customer: string, limit: number): Promise<CourseRow[]> {
    return this.db({ c: 'course.courses' })
      .join({ b: 'course.bookmarks' }, 'b.course_id', 'c.id')
      .where({ 'b.customer': customer, 'c.status': 'LISTED' })
      .orderBy([
        { column: 'b.at', order: 'desc' },
        { column: 'c.id', order: 'desc' },
      ])
      .limit(limit)
      .select<CourseRow[]>(this.fields(customer));
  }

  /** Newest first. */
  async comments(courseId: string, limit: number): Promise<CommentRow[]> {
    return this.newest('course.comments', courseId, limit).select<CommentRow[]>(COMMENT);
  }

  /** Newest first. */
  async reviews(courseId: string, limit: number): Promise<ReviewRow[]> {
    return this.newest('course.reviews', courseId, limit).select<ReviewRow[]>(REVIEW);
  }

  async comment(id: string): Promise<CommentRow | undefined> {
    return this.db('course.comments').where({ id }).first<CommentRow | undefined>(COMMENT);
  }

  async review(id: string): Promise<ReviewRow | undefined> {
    return this.db('course.reviews').where({ id }).first<ReviewRow | undefined>(REVIEW);
  }

  private newest(table: string, courseId: string, limit: number): Knex.QueryBuilder {
    return this.db(table).where({ course_id: courseId }).orderBy('id', 'desc').limit(limit);
  }

  private fields(viewer: string | undefined): Knex.Raw {
    return this.db.raw(COURSE, { viewer: viewer ?? null });
  }
}
