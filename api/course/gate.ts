import { type BulkheadPolicy, BulkheadRejectedError, bulkhead } from 'cockatiel';
import type { CourseRefusal } from '../../activities/course/repository';
import type { Config } from '../../config';
import type { Operation } from '../idempotency';
import { Problem } from '../problems';
import { answerOf } from '../reach';

/** Epoch milliseconds; what has not begun by then never begins. */
type AnswerBy = number;
type Change<Row> = (answerBy: AnswerBy) => Promise<CourseRefusal | Row>;

/** Of one caller. */
const SEARCHES_AT_ONCE = 2;
const SEARCHES_QUEUED = 8;

/**
 * The way to courses, which the API serves itself: no worker is there to be down, but the service may be left out, its
 * database away, or one course so well liked that everyone waits for its row. Whatever it does not answer in time is a
 * Problem, or NoAnswer, `course-unavailable`.
 */
export class CourseGate {
  private readonly admission: BulkheadPolicy;
  /** A search may take long: together they leave room for the rest, and each caller leaves room for others. */
  private readonly searches: BulkheadPolicy;
  private readonly searchesOf = new Map<string, { bulkhead: BulkheadPolicy; asked: number }>();

  constructor(private readonly config: Config) {
    // The other half of the connections is for the domains that share them.
    const slots = Math.ceil(config.databasePool / 2);
    this.admission = bulkhead(slots, config.admission.queued);
    this.searches = bulkhead(Math.ceil(slots / 2), config.admission.queued);
  }

  /** How many callers have a search under way. */
  get searching(): number {
    return this.searchesOf.size;
  }

  /** Asks for something. */
  async ask<T>(ask: (answerBy: AnswerBy) => Promise<T>, answerBy = this.soon()): Promise<T> {
    return this.answered(answerBy, () => this.admitted(ask, answerBy));
  }

  /** Searches for something. @param caller who asks, or the address that somebody unknown asks from */
  async search<T>(caller: string, search: () => Promise<T>): Promise<T> {
    const answerBy = this.soon();
    return this.answered(answerBy, () =>
      this.inTurn(caller, () => this.searches.execute(() => this.admitted(search, answerBy))),
    );
  }

  /** Gives up in time; what it gives up on keeps its slot until it has ended. */
  private async answered<T>(answerBy: AnswerBy, ask: () => Promise<T>): Promise<T> {
    if (this.config.without.includes('course')) throw new Problem('course-unavailable');
    try {
      return await answerOf(ask(), answerBy, 'course-unavailable');
    } catch (error) {
      throw error instanceof BulkheadRejectedError ? new Problem('course-unavailable') : error;
    }
  }

  private admitted<T>(ask: (answerBy: AnswerBy) => Promise<T>, answerBy: AnswerBy): Promise<T> {
    return this.admission.execute(() => {
      if (Date.now() >= answerBy) throw new Problem('course-unavailable');
      return ask(answerBy);
    });
  }

  private async inTurn<T>(caller: string, search: () => Promise<T>): Promise<T> {
    const own = this.searchesOf.get(caller) ?? {
      bulkhead: bulkhead(SEARCHES_AT_ONCE, SEARCHES_QUEUED),
      asked: 0,
    };
    this.searchesOf.set(caller, own);
    own.asked++;
    try {
      return await own.bulkhead.execute(search);
    } finally {
      own.asked--;
      if (own.asked === 0) this.searchesOf.delete(caller);
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
