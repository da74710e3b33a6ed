import { type BulkheadPolicy, BulkheadRejectedError, bulkhead } from 'cockatiel';
import type { CourseRefusal } from '../../activities/course/repository';
import type { Config } from '../../config';
import type { Operation } from '../idempotency';
import { Problem } from '../problems';
import { answerOf } from '../reach';

/** Epoch milliseconds; what has not begun by then never begins. */
type AnswerBy = number;
type Change = (answerBy: AnswerBy) => Promise<CourseRefusal | undefined>;

/**
 * The way to courses, which the API serves itself: no worker is there to be down, but the service may be left out, its
 * database away, or one course so well liked that everyone waits for its row. Whatever it does not answer in time is a
 * Problem, or NoAnswer, `course-unavailable`.
 */
export class CourseGate {
  private readonly admission: BulkheadPolicy;

  constructor(private readonly config: Config) {
    // The other half of the connections is for the domains that share them.
    this.admission = bulkhead(Math.ceil(config.databasePool / 2), config.admission.queued);
  }

  /** Asks for something. */
  async ask<T>(ask: (answerBy: AnswerBy) => Promise<T>, answerBy = this.soon()): Promise<T> {
    if (this.config.without.includes('course')) throw new Problem('course-unavailable');
    const admitted = this.admission.execute(() => {
      if (Date.now() >= answerBy) throw new Problem('course-unavailable');
      return ask(answerBy);
    });
    try {
      return await answerOf(admitted, answerBy, 'course-unavailable');
    } catch (error) {
      throw error instanceof BulkheadRejectedError ? new Problem('course-unavailable') : error;
    }
  }

  /** Has something changed. @throws Problem why it was not */
  async change(change: Change, answerBy?: AnswerBy): Promise<void> {
    const refusal = await this.ask(change, answerBy);
    if (refusal) throw new Problem(refusal);
  }

  /** Has something made, once for the operation's key. @param read it; @returns it @throws Problem why it was not */
  async make<Row>(
    { answerBy, askedBefore }: Operation,
    make: Change,
    read: () => Promise<Row | undefined>,
  ): Promise<Row> {
    const before = askedBefore ? await this.ask(read) : undefined;
    if (before) return before;
    await this.change(make, answerBy);
    const row = await this.ask(read);
    if (!row) throw new Problem('course-unavailable');
    return row;
  }

  private soon(): AnswerBy {
    return Date.now() + this.config.answerWithinMs;
  }
}
