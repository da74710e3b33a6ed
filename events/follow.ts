import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Ear, listen, Wakeup } from './listen';
import type { Outbox } from './outbox';

/** A rest after each look: all that is appended meanwhile is taken together. */
const REST_MS = 50;
/** Who has found nothing for so long lies down, and is notified of what is appended from then on. */
const AWAKE_MS = 1_000;
/** Who sleeps looks so often all the same: a notification may be lost with its connection. */
const POLL_MS = 1_000;
/** A heartbeat is noted so often at most. */
const BEAT_MS = 5_000;
const FAILED_MS = { first: 100, most: 5_000 };

/** How long to rest after so many failures in a row (milliseconds). */
export const restAfter = (failures: number): number =>
  Math.min(FAILED_MS.first * 2 ** (failures - 1), FAILED_MS.most);

export interface Relay {
  /** Resolves when all have come to a stop. */
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

/** What came of a look. */
export interface Look {
  /** Whether something was there, taken or not. */
  found: boolean;
  /** Whether more of it can be taken at once. */
  more: boolean;
}

/** Someone who goes on in the outboxes of one database from where they are. */
export interface Follower {
  /** Of that database. */
  url: string;
  /** The names of the outboxes. */
  sources: readonly string[];
  log: Logger;
  register: () => Promise<void>;
  /**
   * Takes what is there, a batch at most.
   * @throws what the database throws: nothing has happened then
   */
  look: () => Promise<Look>;
  /** Notes that it has looked. */
  beat?: () => Promise<void>;
  /** Resolves when nothing of it is under way. */
  end?: () => Promise<void>;
}

/**
 * Takes each through its outboxes until it is stopped. While there are events it looks again and again, and nobody
 * notifies it; once there are none it sleeps.
 * @param name seen by the database, which so knows who is there
 */
export async function follow(name: string, followers: readonly Follower[]): Promise<Relay> {
  const stopping = new AbortController();
  const ofEachUrl = [...Map.groupBy(followers, ({ url }) => url)].map(async ([url, own]) => {
    const wakeups = new Map(own.map((follower) => [follower, new Wakeup()]));
    const wake = (source?: string) => {
      for (const [{ sources }, wakeup] of wakeups)
        if (source === undefined || sources.includes(source)) wakeup.call();
    };
    stopping.signal.addEventListener('abort', () => wake());
    const ear = await listen(url, { name, channel: 'outbox', lock: 'outbox', heard: wake });
    const asleep = new Set(own);
    const loops = [...wakeups].map(([follower, wakeup]) => new Loop(follower, wakeup, ear, asleep));
    const done = Promise.all(loops.map((loop) => loop.run(stopping.signal))).then(() => ear.close());
    return { loops, done };
  });
  const all = await Promise.all(ofEachUrl);
  return {
    done: Promise.all(all.map(({ done }) => done)).then(() => undefined),
    stop: () => stopping.abort(),
    rounds: () => all.flatMap(({ loops }) => loops.map((loop) => loop.round)),
  };
}

class Loop {
  /** By performance.now(), as all times in here. */
  private begunAt = performance.now();
  private lookedAt = this.begunAt;
  private foundAt = this.begunAt;
  private beatAt = 0;

  constructor(
    private readonly follower: Follower,
    private readonly wakeup: Wakeup,
    private readonly ear: Ear,
    /** Those who share the ear, and want to be notified. */
    private readonly asleep: Set<Follower>,
  ) {}

  get round(): Round {
    const now = performance.now();
    return { begunMs: now - this.begunAt, lookedMs: now - this.lookedAt };
  }

  async run(stopping: AbortSignal): Promise<void> {
    const { follower } = this;
    const rest = (ms: number) => sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
    let registered = false;
    for (let failures = 0; !stopping.aborted;) {
      this.begunAt = performance.now();
      try {
        if (!registered) await follower.register();
        registered = true;
        const { found, more } = await follower.look();
        await this.looked(found);
        failures = 0;
        if (more) continue;
        const sleeps = this.asleep.has(follower);
        if (!sleeps && performance.now() - this.foundAt > AWAKE_MS) this.lieDown();
        // Who lies down looks once more after it: what was being appended then is committed by now, or is polled for.
        await rest(REST_MS);
        if (sleeps) await this.wakeup.wait(POLL_MS);
      } catch (error) {
        failures++;
        follower.log.warn({ err: error, failures }, 'could not go on; tries again');
        await rest(restAfter(failures));
      }
    }
    await follower.end?.();
  }

  private async looked(found: boolean): Promise<void> {
    this.lookedAt = performance.now();
    if (found) {
      this.foundAt = this.lookedAt;
      if (this.asleep.delete(this.follower) && this.asleep.size === 0) this.ear.wants(false);
    }
    if (this.lookedAt < this.beatAt) return;
    await this.follower.beat?.();
    this.beatAt = this.lookedAt + BEAT_MS;
  }

  private lieDown(): void {
    if (this.asleep.size === 0) this.ear.wants(true);
    this.asleep.add(this.follower);
  }
}
