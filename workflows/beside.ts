import { CancellationScope } from '@temporalio/workflow';

/** Works beside the rest until it is done, or cancelled because nobody wants its outcome any more. */
export function beside(work: () => Promise<void>): CancellationScope {
  const scope = new CancellationScope();
  // A try that is under way as its scope is cancelled may fail in any manner.
  void scope.run(work).catch((error: unknown) => {
    if (!scope.consideredCancelled) throw error;
  });
  return scope;
}
