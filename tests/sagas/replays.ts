import type { History } from '@temporalio/common/lib/proto-utils';
import { type ReplayResult, Worker } from '@temporalio/worker';

/** One worker that replays whatever it is given, one history after the other: making a worker costs far more. */
export class Replays {
  private readonly results: AsyncIterator<ReplayResult>;
  private asked: { history: History; workflowId: string } | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(codePath: string) {
    // Not in this thread, whose stack traces Jest rewrites at a price.
    const options = { workflowBundle: { codePath }, debugMode: false };
    this.results = Worker.runReplayHistories(options, this.whatIsAsked());
  }

  /** A history that a worker cannot follow a second time would break at the next restart. */
  breachesOf(history: History, workflowId: string): Promise<string[]> {
    const replayed = this.turn.then(async () => {
      this.asked = { history, workflowId };
      const { value } = (await this.results.next()) as IteratorYieldResult<ReplayResult>;
      return value.error ? [`its history cannot be replayed: ${String(value.error)}`] : [];
    });
    this.turn = replayed.catch(() => undefined);
    return replayed;
  }

  async close(): Promise<void> {
    await this.turn;
    await this.results.return?.();
  }

  private *whatIsAsked() {
    while (this.asked) yield this.asked;
  }
}
