import type { Knex } from 'knex';
import { violates } from '../violation';
import { type CommentRow, type CourseRow, courseRow, remarkRow, type ReviewRow } from './reads';

/** Why something was not done to a course; api/problems.ts gives each its answer. */
export type CourseRefusal =
  | 'not-found'
  | 'forbidden'
  | 'precondition-failed'
  | 'reviews-not-allowed'
  | 'already-reviewed'
  // The time to do it was up: it never will be done.
  | 'course-unavailable';

/** The answer of each method: what it has made or changed, as it stands at the commit. */
type Outcome<Row = void> = Promise<CourseRefusal | Row>;

export interface NewCourse {
  id: string;
  host: string;
  title: string;
  content: string;
  reviewsAllowed: boolean;
}

/** What is asked of a course is done by then or never. */
interface Ask {
  courseId: string;
  /** Epoch milliseconds. */
  answerBy: number;
}

interface ByHost extends Ask {
  host: string;
  /** Those that the host means; undefined for whichever it is. */
  versions: readonly number[] | undefined;
}

interface Edit extends ByHost {
  title?: string | undefined;
  content?: string | undefined;
  reviewsAllowed?: boolean | undefined;
}

interface ByCustomer extends Ask {
  customer: string;
}

interface NewComment extends ByCustomer {
  id: string;
  text: string;
}

interface NewReview extends NewComment {
  rating: number;
}

/** What a customer puts on a course once and may take off again; so are their tables called. */
export type Mark = 'likes' | 'bookmarks';

const STATEMENT_WITHIN_MS = 500;

interface Course {
  host: string;
  version: number;
  reviews_allowed: boolean;
}

/** All SQL that changes courses and what customers make of them: a method is one transaction, safe to run again. */
export class CourseRepository {
  constructor(private readonly db: Knex) {}

  /** → LISTED (C1). */
  async register({ reviewsAllowed, ...course }: NewCourse, answerBy: number): Outcome<CourseRow> {
    return this.inTime(answerBy, async (tx) => {
      await tx('course.courses')
        .insert({ ...course, reviews_allowed: reviewsAllowed, status: 'LISTED' })
        .onConflict('id')
        .ignore();
      return existing(await courseRow(tx, { id: course.id }, course.host));
    });
  }

  /** → the next version (C1). */
  async edit({ title, content, reviewsAllowed, ...ask }: Edit): Outcome<CourseRow> {
    return this.asItsHost(ask, async (tx) => {
      // knex leaves out what is undefined.
      await tx('course.courses')
        .where({ id: ask.courseId })
        .update({
          title,
          content,
          reviews_allowed: reviewsAllowed,
          version: tx.raw('version + 1'),
          updated_at: tx.fn.now(),
        });
      return existing(await courseRow(tx, { id: ask.courseId }, ask.host));
    });
  }

  /** LISTED → DELETED: what was said of it stays (C1). */
  async remove(ask: ByHost): Outcome {
    return this.asItsHost(ask, async (tx) => {
      await tx('course.courses')
        .where({ id: ask.courseId })
        .update({ status: 'DELETED', updated_at: tx.fn.now() });
    });
  }

  /** It bears the customer's mark, as it may have before (C2). */
  async put(mark: Mark, { customer, ...ask }: ByCustomer): Outcome {
    return this.alone(ask, async (tx) => {
      await tx(`course.${mark}`).insert({ course_id: ask.courseId, customer }).onConflict().ignore();
    });
  }

  /** It does not bear it. */
  async take(mark: Mark, { customer, ...ask }: ByCustomer): Outcome {
    return this.alone(ask, async (tx) => {
      await tx(`course.${mark}`).where({ course_id: ask.courseId, customer }).delete();
    });
  }

  async comment({ id, customer, text, ...ask }: NewComment): Outcome<CommentRow> {
    return this.alone(ask, async (tx) => {
      const comment = { id, course_id: ask.courseId, customer, text };
      await tx('course.comments').insert(comment).onConflict('id').ignore();
      return existing(await remarkRow(tx, 'comments', id));
    });
  }

  /** Only while the course allows it, and one of each customer (C4). */
  async review({ id, customer, rating, text, ...ask }: NewReview): Outcome<ReviewRow> {
    try {
      return await this.alone(ask, async (tx, { reviews_allowed }) => {
        const review = { id, course_id: ask.courseId, customer, rating, text };
        if (!reviews_allowed) return 'reviews-not-allowed';
        await tx('course.reviews').insert(review).onConflict('id').ignore();
        return existing(await remarkRow(tx, 'reviews', id));
      });
    } catch (error) {
      if (violates(error, 'one_review_each')) return 'already-reviewed';
      throw error;
    }
  }

  private asItsHost<Row>({ host, versions, ...ask }: ByHost, act: (tx: Knex) => Promise<Row>): Outcome<Row> {
    return this.alone(ask, async (tx, course) => {
      if (course.host !== host) return 'forbidden';
      if (versions?.includes(course.version) === false) return 'precondition-failed';
      return act(tx);
    });
  }

  /** Has the course for this transaction alone: nobody changes it, or what hangs on it, meanwhile. */
  private alone<Row>(
    { courseId, answerBy }: Ask,
    act: (tx: Knex, course: Course) => Outcome<Row>,
  ): Outcome<Row> {
    return this.inTime(answerBy, async (tx) => {
      const course = await tx('course.courses')
        .where({ id: courseId, status: 'LISTED' })
        .forNoKeyUpdate()
        .first<Course | undefined>('host', 'version', 'reviews_allowed');
      if (!course) return 'not-found';
      // It may have been waited for.
      if (Date.now() >= answerBy) return 'course-unavailable';
      return act(tx, course);
    });
  }

  /**
   * What is refused never happens later: a database that takes too long over what has begun in time gives it up, and
   * what was held up between two statements is rolled back.
   */
  private async inTime<Row>(answerBy: number, act: (tx: Knex) => Outcome<Row>): Outcome<Row> {
    for (;;) {
      try {
        return await this.db.transaction(async (tx) => {
          await tx.raw(`SET LOCAL statement_timeout = ${STATEMENT_WITHIN_MS}`);
          if (Date.now() >= answerBy) return 'course-unavailable';
          const outcome = await act(tx);
          if (Date.now() >= answerBy) throw new TooLate();
          return outcome;
        });
      } catch (error) {
        if (error instanceof TooLate) return 'course-unavailable';
        if (!isLatecomer(error)) throw error;
      }
    }
  }
}

/** What was written in this transaction is there. */
function existing<Row>(row: Row | undefined): Row {
  if (!row) throw new Error('what was written is not there');
  return row;
}

class TooLate extends Error {}

/** Whether a later transaction has told of the thing already (decision 013): another try has a number of its own time. */
const isLatecomer = (error: unknown) => error instanceof Error && 'code' in error && error.code === '40001';
