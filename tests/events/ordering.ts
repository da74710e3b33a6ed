import { setTimeout as sleep } from 'node:timers/promises';
import { dice } from '../../drill/dice';
import { lives } from '../../drill/pollers';
import { until } from '../../engine/wait';
import { extent, FULL, HOURS, SEED } from '../extent';
import { TestFeed, type Verdict } from './test-feed';
import type { Transport } from './transport';

const READ_WITHIN_MS = extent(120_000, 1_800_000);
/** Longer than the database lets a transaction idle. */
const FROZEN_MS = extent(6_000, 20_000);
const TAKEN_OVER_MS = 30_000;
const TIMEOUT_MS = extent(600_000, HOURS);

interface Wanted {
  events: number;
  /** Of readers, in both processes together. */
  kills: number;
  /** Of a third reader, each in the middle of a transaction; none unless said. */
  freezes?: number;
  /** Whether to show that the writers are of a kind that misleads those who read by position alone. */
  control: boolean;
}

/** Whatever dies, each consumer sees each event once, in order. */
export function keepsOrder(transport: () => Transport, wanted: Wanted): void {
  const { events, freezes = 0 } = wanted;
  const roll = dice(SEED);
  /** Events that are appended so that a reader has something to take. */
  let nudges = 0;
  let feed: TestFeed;
  let consumers: string[];
  beforeAll(async () => {
    feed = await TestFeed.open();
    consumers = [`${feed.name}-first`, `${feed.name}-second`];
  });
  afterAll(() => feed.close());

  /** What many write who only remember the last position: the control. */
  async function readByPosition(stopped: () => boolean): Promise<void> {
    for (let last = 0, quiet = 0; quiet < 3;) {
      const rows = await feed
        .db(`${feed.name}.outbox`)
        .where('position', '>', last)
        .orderBy('position')
        .limit(500)
        .select<{ position: number; subject: string; data: { n: number } }[]>();
      quiet = rows.length === 0 && stopped() ? quiet + 1 : 0;
      const seen = rows.map(({ position, subject, data }) => ({
        consumer: 'naive',
        id: `${feed.name}/${position}`,
        subject,
        n: data.n,
      }));
      if (seen.length > 0) await feed.db('reader.seen').insert(seen);
      last = rows.at(-1)?.position ?? last;
    }
  }

  /** Two processes read all the while, and each is killed with -9 again and again; in the slice, as often as wanted. */
  async function readWhileDying(stopped: () => boolean): Promise<number> {
    let kills = 0;
    const dieAgainAndAgain = async () => {
      while ((FULL && !stopped()) || kills < wanted.kills) {
        const before = await effects();
        const reader = await feed.read(transport(), consumers);
        // One that dies before it reads shows nothing.
        const reads = async () => (await effects()) > before || (stopped() && (await remaining()) === 0);
        await until(reads, { withinMs: READ_WITHIN_MS, everyMs: 50 });
        await sleep(roll() * 1_000);
        if (++kills === 2) await transport().crash?.();
        reader.kill();
        await reader.ended;
      }
    };
    await Promise.all([dieAgainAndAgain(), dieAgainAndAgain()]);
    const last = await feed.read(transport(), consumers);
    await until(async () => stopped() && (await remaining()) === 0, {
      withinMs: READ_WITHIN_MS,
      everyMs: 100,
    });
    last.kill();
    await last.ended;
    return kills;
  }

  /** A reader that survives: frozen and thawed, it goes on. Writers write a part of the events each time. */
  async function writeWhileFreezing(delayMs: () => number): Promise<void> {
    const reader = freezes > 0 ? await feed.read(transport(), consumers) : undefined;
    const freeze = async () => {
      if (!reader) return;
      await feed.freezeInTransaction([reader], () => feed.append('nudge', nudges++));
      const last = nudges - 1;
      const seen = (name: string) => feed.numbersSeen(name, 'nudge');
      const taken = async () =>
        (await Promise.all(consumers.map(seen))).every((numbers) => numbers.at(-1) === last);
      const [takenOver] = await Promise.all([
        until(taken, { withinMs: TAKEN_OVER_MS, everyMs: 100 }),
        sleep(FROZEN_MS),
      ]);
      process.kill(reader.pid, 'SIGCONT');
      expect(takenOver).toBe(true);
    };
    const parts = Math.max(1, freezes);
    for (let part = 0; part < parts; part++)
      await Promise.all([feed.write(events / parts, delayMs, part * events), freeze()]);
    if (!reader) return;
    expect(lives(reader.pid)).toBe(true);
    reader.kill();
    await reader.ended;
  }

  const effects = async () => {
    const [row] = await feed.db('reader.seen').whereIn('consumer', consumers).count<{ count: number }[]>();
    return row?.count ?? 0;
  };
  const remaining = async () => Math.max(...(await Promise.all(consumers.map((name) => lostBy(name)))));
  const lostBy = async (name: string) => (await feed.verdict(name)).lost;

  test(
    `${events} events of 16 writers, readers killed ${wanted.kills} times, frozen ${freezes} times: each consumer sees each once, in order`,
    async () => {
      process.stderr.write(`seed ${SEED}\n`);
      let written = false;
      const stopped = () => written;
      const dying = readWhileDying(stopped);
      const control = wanted.control ? readByPosition(stopped) : undefined;
      await writeWhileFreezing(() => (roll() < 0.1 ? roll() * 100 : 0));
      written = true;
      const [kills] = await Promise.all([dying, control]);

      const whole: Verdict = { lost: 0, doubled: 0, disordered: 0, seen: events + nudges };
      for (const name of consumers) expect([name, await feed.verdict(name)]).toEqual([name, whole]);
      if (!wanted.control) return;
      const naive = await feed.verdict('naive');
      process.stderr.write(`${kills} kills; by position alone ${naive.lost} of ${events} were lost\n`);
      expect(naive.lost).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
}
