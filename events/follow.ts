import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Wakeup, listen } from './listen';
import type { Place, Told } from './event';
import type { Outbox } from './outbox';
import type { Advance } from './subscription';

/** So many events of a source are taken together at most. */
export const BATCH = 200;
/** A rest after each look: all that is appended meanwhile wakes a consumer once. */
const REST_MS = 50;
/** All sources are looked at so often, woken or not, and whatever goes on in the others. */
const POLL_MS = 1_000;
/** A transaction that is still running holds back what others have committed; most take milliseconds. */
const UNSETTLED_MS = { least: 5, most: 80 };
/** A heartbeat is noted so often at most. */
const BEAT_MS = 5_000;
const FAILED_MS = { first: 100, most: 5_000 };

export interface Relay {
  /** Resolves when all consumers have come to a stop. */
  done: Promise<void>;
  /** Ends after the batches in hand. */
  stop: () => void;
  /** Of each loop. None where a broker says what is next. */
  rounds?: () => Round[];
}

/** How long ago a loop began to look, and last looked with success (milliseconds). */
export interface Round {
  begunMs: number;
  lookedMs: number;
}

/** An outbox, and the database that it is in. */
export interface Source {
  outbox: Outbox;
  url: string;
}

/** What came of a look at some sources. */
export interface Went {
  /** Those in which there may be more at once. */
  again: string[];
  /** Those in which something waits for a transaction that is still running. */
  held: string[];
  /** Why it could not go on in one of them. */
  failed?: Error | undefined;
}

/** Someone who goes on in outboxes from where they are. */
export interface Follower {
  /** The names of the outboxes. */
  sources: readonly string[];
  register: () => Promise<void>;
  /**
   * Takes what is there in these sources, a batch at most.
   * @param expected whether they have been appended to since the last look
   * @throws what the database throws: nothing has happened then
   */
  advance: (sources: readonly string[], expected: boolean) => Promise<Went>;
  /** A rest after each look (milliseconds); REST_MS where it does not say. */
  restMs?: number | undefined;
  /** Notes that it has looked at all sources. */
  beat?: () => Promise<void>;
}

export interface Following {
  follower: Follower;
  log: Logger;
}

/**
 * Takes each through its outboxes until it is stopped: it looks when one has been appended to, and by itself.
 * @param name seen by the database, which so knows who is there
 */
export async function follow(
  name: string,
  followings: readonly Following[],
  sources: readonly Source[],
): Promise<Relay> {
  const stopping = new AbortController();
  const readings = followings.map((following) => ({
    ...following,
    wakeup: new Wakeup(),
    appended: new Set<string>(),
    begunAt: performance.now(),
    lookedAt: performance.now(),
  }));
  const wake = (source?: string) => {
    for (const { follower, wakeup, appended } of readings) {
      const heard = follower.sources.filter((one) => source === undefined || one === source);
      for (const one of heard) appended.add(one);
      if (heard.length > 0) wakeup.call();
    }
  };
  const ear = await listen(
    sources.map(({ url }) => url),
    { name, channel: 'outbox', heard: wake },
  );
  const stop = () => {
    stopping.abort();
    wake();
  };
  const done = Promise.all(readings.map((reading) => goOn(reading, stopping.signal))).then(() => ear.close());
  const rounds = () => {
    const now = performance.now();
    return readings.map(({ begunAt, lookedAt }) => ({ begunMs: now - begunAt, lookedMs: now - lookedAt }));
  };
  return { done, stop, rounds };
}

interface Reading extends Following {
  wakeup: Wakeup;
  /** The sources that have been appended to since they were looked at. */
  appended: Set<string>;
  /** By performance.now(). */
  begunAt: number;
  lookedAt: number;
}

async function goOn(reading: Reading, stopping: AbortSignal): Promise<void> {
  const { follower, log, wakeup, appended } = reading;
  const rest = (ms: number) => sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
  let registered = false;
  let heldSince: number | undefined;
  let pollAt = 0;
  let beatAt = 0;
  for (let failures = 0; !stopping.aborted;) {
    reading.begunAt = performance.now();
    const expected = appended.size > 0;
    const polls = !expected || performance.now() >= pollAt;
    if (polls) pollAt = performance.now() + POLL_MS;
    const sources = polls ? follower.sources : [...appended];
    appended.clear();
    try {
      if (!registered) await follower.register();
      registered = true;
      const { again, held, failed } = await follower.advance(sources, expected);
      for (const source of [...again, ...held]) appended.add(source);
      if (failed !== undefined) throw failed;
      reading.lookedAt = performance.now();
      if (polls && reading.lookedAt >= beatAt) {
        await follower.beat?.();
        beatAt = reading.lookedAt + BEAT_MS;
      }
      failures = 0;
      if (again.length > 0) continue;
      heldSince = held.length > 0 ? (heldSince ?? Date.now()) : undefined;
      await rest(heldSince === undefined ? (follower.restMs ?? REST_MS) : asLongAgain(heldSince));
      if (heldSince === undefined) await wakeup.wait(POLL_MS);
    } catch (error) {
      failures++;
      for (const source of sources) appended.add(source);
      log.warn({ err: error, failures }, 'could not go on; tries again');
      await rest(Math.min(FAILED_MS.first * 2 ** (failures - 1), FAILED_MS.most));
    }
  }
}

/** As long as it has been held back so far, within limits (milliseconds). */
const asLongAgain = (since: number) =>
  Math.min(Math.max(Date.now() - since, UNSETTLED_MS.least), UNSETTLED_MS.most);

/** Takes a batch out of one outbox. */
export async function advanceIn(
  outbox: Outbox,
  one: { advance: (next: (after: Place) => Promise<readonly Told[]>) => Promise<Advance> },
): Promise<Went> {
  const held: string[] = [];
  const { taken, failed } = await one.advance(async (place) => {
    const { events, unsettled } = await outbox.after(place, BATCH);
    if (unsettled) held.push(outbox.name);
    return events;
  });
  return { again: taken > 0 ? [outbox.name] : [], held, failed };
}
