import { ApplicationFailure, CancellationScope, sleep, workflowInfo } from '@temporalio/workflow';

/** A workflow continues as new above this many history events. */
const LONG_HISTORY = 1_500;

export const hasLongHistory = () => workflowInfo().historyLength > LONG_HISTORY;

/** Runs to its end, though an operator cancels the workflow meanwhile. */
export const uncancelled = <T>(act: () => Promise<T>): Promise<T> => CancellationScope.nonCancellable(act);

/** A scope that cancels itself after so long; unlike the engine's own, its timer says why in the Web UI. */
export class TimedScope extends CancellationScope {
  constructor(
    private readonly ms: number,
    private readonly summary: string,
  ) {
    super({ cancellable: true });
  }

  protected override async runInContext<T>(act: () => Promise<T>): Promise<T> {
    const timer = new CancellationScope();
    timer
      .run(() => sleep(this.ms, { summary: this.summary }))
      .then(
        () => this.cancel(),
        () => undefined,
      );
    try {
      return await act();
    } finally {
      if (!timer.consideredCancelled) timer.cancel();
    }
  }
}

/** Runs until it is done, or cancelled because nobody wants its outcome any more. */
export function inBackground(work: () => Promise<void>): CancellationScope {
  const scope = new CancellationScope();
  // An attempt that is under way as its scope is cancelled may fail in any manner.
  void scope.run(work).catch((error: unknown) => {
    if (!scope.consideredCancelled) throw error;
  });
  return scope;
}

/** Tries what is tried but briefly again and again, so that others get their turn in between. */
export async function untilTaken(act: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await act();
      return;
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      await sleep('10s', { summary: 'until it is tried again' });
    }
  }
}
