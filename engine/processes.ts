import { wordsOf, type Running } from './launch';
import type { Say } from './progress';
import { pause } from './wait';

interface Kept {
  /** As the log lines call it: "api", "PostgreSQL". */
  name: string;
  /** Starts it; called again whenever it has died. */
  begin: () => Promise<Running>;
  /** What the person at the keyboard may do when it keeps dying. */
  advice: string;
}

export interface Supervisor {
  /** Starts a process and keeps it alive. @throws what `begin` throws the first time */
  keep: (kept: Kept) => Promise<Running>;
  /** Stops all, the newest first; whoever is not gone by the deadline is killed (milliseconds). */
  stop: (withinMs?: number) => Promise<void>;
  stopping: () => boolean;
  /** How many it looks after. */
  kept: () => number;
}

const BACK_OFF_MS = [200, 1_000, 2_000, 5_000, 10_000];
/** Who lived this long died of something new. */
const SETTLED_AFTER_MS = 20_000;
const ADVISE_AFTER = 3;

/** Looks after named processes: says at once when one dies, starts it again, and stops all in order. */
export function createSupervisor(say: Say): Supervisor {
  const current = new Map<string, Running>();
  let stopRequested = false;
  const stopping = () => stopRequested;

  async function watch(kept: Kept, first: Running): Promise<void> {
    let running: Running | undefined = first;
    for (let deaths = 0; ;) {
      let reason: string;
      if (running !== undefined) {
        const began = performance.now();
        const ending = await running.ended;
        if (performance.now() - began > SETTLED_AFTER_MS) deaths = 0;
        reason = `ended (${wordsOf(ending)})`;
      } else reason = 'did not come up';
      if (stopping()) return;
      const delay = BACK_OFF_MS[Math.min(deaths++, BACK_OFF_MS.length - 1)] as number;
      say(`${kept.name} ${reason}; starting it again in ${delay / 1_000} s.`);
      if (deaths === ADVISE_AFTER) say(`${kept.name} keeps dying: ${kept.advice}`);
      await pause(delay);
      running = await again(kept);
      if (stopping()) running?.kill();
    }
  }

  async function again(kept: Kept): Promise<Running | undefined> {
    if (stopping()) return undefined;
    try {
      const running = await kept.begin();
      current.set(kept.name, running);
      return running;
    } catch (error) {
      say(`${kept.name}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  return {
    keep: async (kept) => {
      const running = await kept.begin();
      current.set(kept.name, running);
      void watch(kept, running);
      return running;
    },
    stop: async (withinMs = 9_000) => {
      stopRequested = true;
      const deadline = performance.now() + withinMs;
      const all = [...current.values()].reverse();
      for (const [index, running] of all.entries()) {
        // Each may use half of what is left, so that the last ones (the databases) always have some.
        const left = Math.max(deadline - performance.now(), 500);
        await running.stop(index === all.length - 1 ? left : left / 2);
      }
    },
    stopping,
    kept: () => current.size,
  };
}
