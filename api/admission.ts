import { bulkhead, type BulkheadPolicy, BulkheadRejectedError } from 'cockatiel';
import type { Config } from '../config';
import type { Operation } from './idempotency';

/** What recent ones took counts for this much, the newest one for the rest. */
const MEMORY = 0.9;

/** No turn can come in time. */
export class TurnedAway extends Error {}

/**
 * So many at once; others wait for their turn, the first come first. Under more than can be served, waiting in line ends
 * with everybody's being begun too late to be answered: whoever would be is turned away on arrival, so that
 * those who are let in are served.
 */
export class Admission {
  private readonly slots: BulkheadPolicy;
  private readonly atOnce: number;
  private readonly queued: number;
  /** How long one takes of late, milliseconds. */
  private takes: number | undefined;

  /** @param answersAtEnd whether the answer is had at the end of what is run; else soon after its beginning */
  constructor(
    { atOnce, queued }: Config['admission'],
    private readonly answersAtEnd: boolean,
  ) {
    this.slots = bulkhead(atOnce, queued);
    this.atOnce = atOnce;
    this.queued = queued;
  }

  /** @throws TurnedAway; whatever `act` throws */
  async run<T>(
    { answerBy, callerLeft }: Pick<Operation, 'answerBy' | 'callerLeft'>,
    act: () => Promise<T>,
  ): Promise<T> {
    const needs = this.answersAtEnd ? (this.takes ?? 0) : 0;
    // With nothing before it one is always tried: what is slow by an outage is found well again by it.
    const waits = this.slots.executionSlots === 0;
    if (waits && Date.now() + this.untilItsTurn() + needs > answerBy) throw new TurnedAway();
    try {
      return await this.slots.execute(() => {
        const began = Date.now();
        if (callerLeft() || began + (waits ? needs : 0) >= answerBy) throw new TurnedAway();
        return act().finally(() => {
          const took = Date.now() - began;
          this.takes = (this.takes ?? took) * MEMORY + took * (1 - MEMORY);
        });
      });
    } catch (error) {
      throw error instanceof BulkheadRejectedError ? new TurnedAway() : error;
    }
  }

  /** Milliseconds for whoever comes now. */
  private untilItsTurn(): number {
    const before = this.queued - this.slots.queueSlots;
    return ((before + 1) / this.atOnce) * (this.takes ?? 0);
  }
}
