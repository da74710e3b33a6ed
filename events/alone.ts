import type { Logger } from 'pino';
import { restAfter } from './follow';
import { BATCH, type Outbox } from './outbox';
import type { Subscription } from './subscription';

/** Takes a subscription on by itself: it has failed together with others, or some of its events are parked. */
export class Alone {
  private advancing: Promise<void> | undefined;
  private failures = 0;
  /** By performance.now(). */
  private restsUntil = 0;

  constructor(
    private readonly subscription: Subscription,
    private readonly outbox: Outbox,
    private readonly log: Logger,
    /** It has gone on, or failed to. */
    private readonly went: (found: boolean) => void,
  ) {}

  /** Whether it has not come to an end of its last look, or failed in it. */
  get isInTrouble(): boolean {
    return this.advancing !== undefined || this.failures > 0;
  }

  /** Begins the next look, unless one is under way, or it rests after a failure. Never throws. */
  goOn(): void {
    if (performance.now() < this.restsUntil) return;
    this.advancing ??= this.advance().finally(() => (this.advancing = undefined));
  }

  async end(): Promise<void> {
    await this.advancing;
  }

  private async advance(): Promise<void> {
    let waits = false;
    try {
      const { taken, failed } = await this.subscription.advance(async (place) => {
        const { events, unsettled } = await this.outbox.after(place, BATCH);
        waits = unsettled;
        return events;
      });
      if (failed) throw failed;
      this.failures = 0;
      this.went(taken > 0 || waits);
    } catch (error) {
      this.failures++;
      this.restsUntil = performance.now() + restAfter(this.failures);
      this.log.warn({ err: error, failures: this.failures }, 'could not go on; tries again');
      this.went(true);
    }
  }
}
