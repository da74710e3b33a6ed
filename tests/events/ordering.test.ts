import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../engine/wait';
import { Shop, type Verdict } from './shop';

/** `EVENTS=20000 KILLS=20 npm test -- tests/events/ordering` is the whole run. */
const EVENTS = Number(process.env.EVENTS ?? 4_000);
const KILLS = Number(process.env.KILLS ?? 4);
const CONSUMERS = ['first', 'second'];
const READ_WITHIN_MS = 120_000;

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

/** What many write who only remember the last position: the control. */
async function readByPosition(stopped: () => boolean): Promise<void> {
  for (let last = 0, quiet = 0; quiet < 3;) {
    const rows = await shop
      .db('shop.outbox')
      .where('position', '>', last)
      .orderBy('position')
      .limit(500)
      .select<{ position: number; subject: string; data: { n: number } }[]>();
    quiet = rows.length === 0 && stopped() ? quiet + 1 : 0;
    for (const { position, subject, data } of rows)
      await shop.db('reader.seen').insert({ consumer: 'naive', id: `shop/${position}`, subject, n: data.n });
    last = rows.at(-1)?.position ?? last;
  }
}

/** Reads all the while; its process is killed with -9 again and again, and so is a second one beside it. */
async function readWhileDying(stopped: () => boolean): Promise<number> {
  let kills = 0;
  const others = await shop.read(CONSUMERS);
  for (; !stopped() || kills < KILLS; kills++) {
    const reader = await shop.read(CONSUMERS);
    await sleep(1_500 + Math.random() * 1_500);
    if (kills === KILLS) {
      await until(async () => (await remaining()) === 0, { withinMs: READ_WITHIN_MS, everyMs: 100 });
    }
    reader.kill();
    await reader.ended;
  }
  await until(async () => (await remaining()) === 0, { withinMs: READ_WITHIN_MS, everyMs: 100 });
  others.kill();
  await others.ended;
  return kills;
}

const remaining = async () => Math.max(...(await Promise.all(CONSUMERS.map((name) => lostBy(name)))));
const lostBy = async (name: string) => (await shop.judge(name)).lost;

test(`${EVENTS} events of 16 writers, readers killed: each consumer sees each once, in order`, async () => {
  let written = false;
  const stopped = () => written;
  const dying = readWhileDying(stopped);
  const control = readByPosition(stopped);
  await shop.write(EVENTS, () => (Math.random() < 0.1 ? Math.random() * 100 : 0));
  written = true;
  const [kills] = await Promise.all([dying, control]);

  const whole: Verdict = { lost: 0, doubled: 0, disordered: 0, seen: EVENTS };
  for (const name of CONSUMERS) expect([name, await shop.judge(name)]).toEqual([name, whole]);
  const naive = await shop.judge('naive');
  process.stderr.write(`${kills} kills; by position alone ${naive.lost} of ${EVENTS} were lost\n`);
  expect(naive.lost).toBeGreaterThan(0);
}, 600_000);
