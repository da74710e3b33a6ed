import { setTimeout as sleep } from 'node:timers/promises';
import { inFlight, notProcessed } from './refusal';

const WAIT_MS = 1_000;
const LOOK_AGAIN_MS = 20;

/**
 * A repeat waits up to 1 s for the request that came first; if that one was not processed, neither is this.
 * @throws Refusal in_flight, not_processed; whatever `find` throws
 */
export async function outcomeOfTheFirst<T extends { status: string }>(
  find: () => Promise<T | undefined>,
): Promise<T> {
  const giveUpAt = Date.now() + WAIT_MS;
  for (;;) {
    const first = await find();
    if (first === undefined) throw notProcessed();
    if (first.status !== 'processing') return first;
    if (Date.now() >= giveUpAt) throw inFlight();
    await sleep(LOOK_AGAIN_MS);
  }
}
