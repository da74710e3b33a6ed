import { setImmediate as turn } from 'node:timers/promises';

/**
 * Aborts after so long (milliseconds). An answer that had come by then counts, also where this process was too busy to
 * look at it: what has arrived is read first.
 */
export function limit(ms: number): AbortSignal {
  const controller = new AbortController();
  const end = async () => {
    // One turn reads the answer's head, the next its body.
    await turn();
    await turn();
    controller.abort(new DOMException(`no answer within ${ms} ms`, 'TimeoutError'));
  };
  setTimeout(() => void end(), ms).unref();
  return controller.signal;
}
