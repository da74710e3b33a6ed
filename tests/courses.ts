import { created, type TestClient } from './test-client';
import type { TestStack } from './test-stack';

const YEOUIDO = { title: 'test', content: '여의도', reviewsAllowed: true };

/** A host with date courses. */
export class Courses {
  private constructor(
    readonly stack: TestStack,
    readonly host: TestClient,
  ) {}

  static async open(stack: TestStack, locale: 'ko' | 'en' = 'ko'): Promise<Courses> {
    return new Courses(stack, await stack.signIn({ roles: ['host'], locale }));
  }

  /** @returns its id */
  async register(course: Partial<typeof YEOUIDO> = {}): Promise<string> {
    return created(this.host.post('/v1/courses', { ...YEOUIDO, ...course }));
  }

  /** Counters of courses that are not what their rows are; rows of everybody, deleted courses included. */
  async miscounted(): Promise<string[]> {
    const { rows } = await this.stack.db.raw<{ rows: { id: string }[] }>(
      `SELECT id FROM course.courses c WHERE (likes, bookmarks, comments, reviews, rating_sum) <> (
         (SELECT count(*) FROM course.likes WHERE course_id = c.id),
         (SELECT count(*) FROM course.bookmarks WHERE course_id = c.id),
         (SELECT count(*) FROM course.comments WHERE course_id = c.id),
         (SELECT count(*) FROM course.reviews WHERE course_id = c.id),
         (SELECT coalesce(sum(rating), 0) FROM course.reviews WHERE course_id = c.id))`,
    );
    return rows.map(({ id }) => id);
  }
}
