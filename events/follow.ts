import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Bell, listen } from './bell';
import type { Place, Told } from './event';
import type { Outbox } from './outbox';
import type { Advance } from './subscription';

const BATCH = 200;
/** Nobody has to ring for an event to be seen. */
const POLL_MS = 1_000;
/** A transaction that is still running holds back what others have committed; most take milliseconds. */
const UNSETTLED_MS = { least: 5, most: 80 };
const FAILED_MS = { first: 100, most: 5_000 };

export interface Relay {
  /** Resolves when all consumers have come to a stop. */
  done: Promise<void>;
  /** Ends after the batches in hand. */
  stop: () => void;
}

/** An outbox, and the database that it is in. */
export interface Source {
  outbox: Outbox;
  url: string;
}

/** Someone who goes on in one outbox from where they are. */
export interface Follower {
  register: () => Promise<void>;
  /** @param next the events after a place, in order */
  advance: (next: (after: Place) => Promise<readonly Told[]>) => Promise<Advance>;
}

export interface Following {
  follower: Follower;
  source: Source;
  log: Logger;
}

/**
 * Takes each through its outbox until it is stopped: it looks when the outbox has been appended to, and by itself.
 * @param name seen by the database, which so knows who is there
 */
export async function follow(
  name: string,
  followings: readonly Following[],
  sources: readonly Source[],
): Promise<Relay> {
  const stopping = new AbortController();
  const readings = followings.map(({ follower, source: { outbox }, log }) => ({
    follower,
    outbox,
    bell: new Bell(),
    log: log.child({ source: outbox.name }),
  }));
  const ring = (source?: string) => {
    for (const { bell, outbox } of readings) if (source === undefined || source === outbox.name) bell.ring();
  };
  const ear = await listen(
    sources.map(({ url }) => url),
    { name, channel: 'outbox', heard: ring },
  );
  const stop = () => {
    stopping.abort();
    ring();
  };
  const done = Promise.all(readings.map((reading) => goOn(reading, stopping.signal))).then(() => ear.close());
  return { done, stop };
}

interface Reading {
  follower: Follower;
  outbox: Outbox;
  bell: Bell;
  log: Logger;
}

async function goOn(reading: Reading, stopping: AbortSignal): Promise<void> {
  const { follower, bell, log } = reading;
  let registered = false;
  let heldSince: number | undefined;
  for (let failures = 0; !stopping.aborted;) {
    try {
      if (!registered) await follower.register();
      registered = true;
      const { taken, heldBack } = await takeBatch(reading);
      failures = 0;
      heldSince = heldBack ? (heldSince ?? Date.now()) : undefined;
      if (heldSince !== undefined) await bell.heard(asLongAgain(heldSince));
      else if (taken === 0) await bell.heard(POLL_MS);
    } catch (error) {
      failures++;
      log.warn({ err: error, failures }, 'could not go on; tries again');
      const pauseMs = Math.min(FAILED_MS.first * 2 ** (failures - 1), FAILED_MS.most);
      await sleep(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
    }
  }
}

/** As long as it has been held back so far, within limits (milliseconds). */
const asLongAgain = (since: number) =>
  Math.min(Math.max(Date.now() - since, UNSETTLED_MS.least), UNSETTLED_MS.most);

/** @returns how many events were taken, and whether there are more that may not be taken yet */
async function takeBatch({ follower, outbox }: Reading): Promise<{ taken: number; heldBack: boolean }> {
  const held: { back: boolean } = { back: false };
  const { taken, failed } = await follower.advance(async (place) => {
    const next = await outbox.after(place, BATCH);
    held.back = next.unsettled;
    return next.events;
  });
  if (failed !== undefined) throw failed;
  return { taken, heldBack: taken === 0 && held.back };
}
