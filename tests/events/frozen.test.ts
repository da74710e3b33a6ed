import { setTimeout as sleep } from 'node:timers/promises';
import type { Running } from '../../engine/launch';
import { until } from '../../engine/wait';
import { extent } from '../extent';
import { readerName, TestFeed } from './test-feed';
import { overPostgres } from './transport';

/** Longer than the database lets a transaction idle. */
const FROZEN_MS = extent(8_000, 20_000);
const TAKEN_OVER_MS = 15_000;

let feed: TestFeed;
let consumer: string;
const readers: Running[] = [];
beforeAll(async () => {
  feed = await TestFeed.open();
  consumer = `${feed.name}-frozen`;
  for (let n = 0; n < 2; n++) readers.push(await feed.read(overPostgres, [consumer]));
});
afterAll(async () => {
  for (const reader of readers) reader.kill();
  await Promise.all(readers.map(({ ended }) => ended));
  await feed.close();
});

const sees = (numbers: readonly number[], withinMs: number) =>
  until(async () => String(await feed.numbersSeen(consumer, 'seat')) === String(numbers), { withinMs });

test(`a relay frozen for ${FROZEN_MS / 1_000} s in a transaction: another takes over within 15 s; nothing comes twice`, async () => {
  const bothRead = async () => {
    const there = await feed.connections();
    return readers.every(({ pid }) => there.includes(readerName(pid)));
  };
  expect(await until(bothRead, { withinMs: TAKEN_OVER_MS })).toBe(true);
  await feed.append('seat', 1);
  expect(await sees([1], TAKEN_OVER_MS)).toBe(true);

  const frozen = await feed.freezeInTransaction(readers, () => feed.append('seat', 2));
  const since = Date.now();
  try {
    await feed.append('seat', 3);
    expect(await sees([1, 2, 3], TAKEN_OVER_MS)).toBe(true);
    await sleep(Math.max(0, since + FROZEN_MS - Date.now()));
  } finally {
    process.kill(frozen.pid, 'SIGCONT');
  }

  // The one that was frozen goes on from there, alone.
  const other = readers.find((reader) => reader !== frozen);
  other?.kill();
  await other?.ended;
  await feed.append('seat', 4);
  expect(await sees([1, 2, 3, 4], TAKEN_OVER_MS)).toBe(true);
  expect(await feed.verdict(consumer)).toEqual({ lost: 0, doubled: 0, disordered: 0, seen: 4 });
}, 120_000);
