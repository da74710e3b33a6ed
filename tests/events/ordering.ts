import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../engine/wait';
import { Shop, type Verdict } from './shop';
import type { Transport } from './transport';

const READ_WITHIN_MS = 120_000;

export interface Extent {
  events: number;
  kills: number;
  /** Whether to show that the writers are of a kind that misleads those who read by position alone. */
  control: boolean;
}

/** Whatever dies, each consumer sees each event once, in order. */
export function keepsOrder(transport: () => Transport, wanted: Extent): void {
  // `EVENTS=20000 KILLS=20 npm test -- tests/events/ordering` is the whole run.
  const events = Number(process.env.EVENTS ?? wanted.events);
  const leastKills = Number(process.env.KILLS ?? wanted.kills);
  let shop: Shop;
  let consumers: string[];
  beforeAll(async () => {
    shop = await Shop.open();
    consumers = [`${shop.name}-first`, `${shop.name}-second`];
  });
  afterAll(() => shop.close());

  /** What many write who only remember the last position: the control. */
  async function readByPosition(stopped: () => boolean): Promise<void> {
    for (let last = 0, quiet = 0; quiet < 3;) {
      const rows = await shop
        .db(`${shop.name}.outbox`)
        .where('position', '>', last)
        .orderBy('position')
        .limit(500)
        .select<{ position: number; subject: string; data: { n: number } }[]>();
      quiet = rows.length === 0 && stopped() ? quiet + 1 : 0;
      const seen = rows.map(({ position, subject, data }) => ({
        consumer: 'naive',
        id: `${shop.name}/${position}`,
        subject,
        n: data.n,
      }));
      if (seen.length > 0) await shop.db('reader.seen').insert(seen);
      last = rows.at(-1)?.position ?? last;
    }
  }

  /** Two processes read all the while, and each is killed with -9 again and again. */
  async function readWhileDying(stopped: () => boolean): Promise<number> {
    let kills = 0;
    const dieAgainAndAgain = async () => {
      while (!stopped() || kills < leastKills) {
        const reader = await shop.read(transport(), consumers);
        await sleep(1_000 + Math.random() * 1_500);
        if (++kills === 2) await transport().crash?.();
        reader.kill();
        await reader.ended;
      }
    };
    await Promise.all([dieAgainAndAgain(), dieAgainAndAgain()]);
    const last = await shop.read(transport(), consumers);
    await allRead();
    last.kill();
    await last.ended;
    return kills;
  }

  const allRead = () =>
    until(async () => (await remaining()) === 0, { withinMs: READ_WITHIN_MS, everyMs: 100 });
  const remaining = async () => Math.max(...(await Promise.all(consumers.map((name) => lostBy(name)))));
  const lostBy = async (name: string) => (await shop.judge(name)).lost;

  test(`${events} events of 16 writers, readers killed: each consumer sees each once, in order`, async () => {
    let written = false;
    const stopped = () => written;
    const dying = readWhileDying(stopped);
    const control = wanted.control ? readByPosition(stopped) : undefined;
    await shop.write(events, () => (Math.random() < 0.1 ? Math.random() * 100 : 0));
    written = true;
    const [kills] = await Promise.all([dying, control]);

    const whole: Verdict = { lost: 0, doubled: 0, disordered: 0, seen: events };
    for (const name of consumers) expect([name, await shop.judge(name)]).toEqual([name, whole]);
    if (!wanted.control) return;
    const naive = await shop.judge('naive');
    process.stderr.write(`${kills} kills; by position alone ${naive.lost} of ${events} were lost\n`);
    expect(naive.lost).toBeGreaterThan(0);
  }, 600_000);
}
