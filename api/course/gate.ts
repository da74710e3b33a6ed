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
  async change(change: Change): Promise<void> {
    await this.changed(change, () => Promise.resolve());
  }

  /**
   * Has something changed, and reads what became of it. Who has been let in stays in: a change that stands is never
   * answered as one that was turned away.
   * @throws Problem why it was not
   */
  async changed<Row>(change: Change, read: () => Promise<Row>, answerBy?: AnswerBy): Promise<Row> {
    return this.ask(async (by) => {
      const refusal = await change(by);
      if (refusal) throw new Problem(refusal);
      return read();
    }, answerBy);
  }

  /** Has something made, once for the operation's key. @param read it; @returns it @throws Problem why it was not */
  async make<Row>(
    { answerBy, askedBefore }: Operation,
    make: Change,
    read: () => Promise<Row | undefined>,
  ): Promise<Row> {
    const before = askedBefore ? await this.ask(read) : undefined;
    const row = before ?? (await this.changed(make, read, answerBy));
    // Made, and deleted since.
    if (!row) throw new Problem('not-found');
    return row;
  }

  private soon(): AnswerBy {
    return Date.now() + this.config.answerWithinMs;
  }
}
