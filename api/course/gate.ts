import { type BulkheadPolicy, BulkheadRejectedError, bulkhead } from 'cockatiel';
import type { CourseRefusal } from '../../activities/course/repository';
import type { Config } from '../../config';
import type { Operation } from '../idempotency';
import { Problem } from '../problems';
import { answerOf } from '../reach';

/** Epoch milliseconds; what has not begun by then never begins. */
type AnswerBy = number;
type Change<Row> = (answerBy: AnswerBy) => Promise<CourseRefusal | Row>;

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

  /**
   * Has something changed.
   * @returns what became of it
   * @throws Problem why it was not changed
   */
  async change<Row>(change: Change<Row>, answerBy?: AnswerBy): Promise<Row> {
    return this.ask(async (by) => {
      const outcome = await change(by);
      if (isRefusal(outcome)) throw new Problem(outcome);
      return outcome;
    }, answerBy);
  }

  /** Has something made, once for the operation's key. @param made looks for it; @throws Problem why it was not */
  async make<Row>(
    { answerBy, askedBefore }: Operation,
    make: Change<Row>,
    made: () => Promise<Row | undefined>,
  ): Promise<Row> {
    const before = askedBefore ? await this.ask(made) : undefined;
    return before ?? this.change(make, answerBy);
  }

  private soon(): AnswerBy {
    return Date.now() + this.config.answerWithinMs;
  }
}

const isRefusal = (outcome: unknown): outcome is CourseRefusal => typeof outcome === 'string';
