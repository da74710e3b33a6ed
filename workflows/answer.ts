import type { UpdateDefinition } from '@temporalio/common';
import { type ApplicationFailure, CancellationScope, condition, setHandler } from '@temporalio/workflow';

/** What a saga answers to whoever began it, once the customer's part is decided. */
export class Answer {
  private given = false;
  private refusal: ApplicationFailure | undefined;

  /** @param asked the update that is sent with the start */
  constructor(asked: UpdateDefinition<void>) {
    const answer = toTheEnd(async () => {
      await condition(() => this.given);
      if (this.refusal) throw this.refusal;
    });
    setHandler(asked, answer);
  }

  yes(): void {
    this.given = true;
  }

  no(because: ApplicationFailure): void {
    this.refusal = because;
    this.given = true;
  }
}

/** An operator who cancels the workflow cuts nobody off: a customer who is being served gets an answer that holds. */
export const toTheEnd =
  <A extends unknown[]>(serve: (...ask: A) => Promise<void>) =>
  (...ask: A) =>
    CancellationScope.nonCancellable(() => serve(...ask));
