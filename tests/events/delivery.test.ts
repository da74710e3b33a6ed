import type { Knex } from 'knex';
import { connect } from '../../activities/database';
import { until } from '../../engine/wait';
import type { Relay } from '../../events/follow';
import { Outbox } from '../../events/outbox';
import { startRelay } from '../../events/relay';
import type { Consumer } from '../../events/subscription';
import { noting, TestFeed } from './test-feed';
import { QUIET } from './transport';

/** The database ends a transaction that takes longer than 10 s. */
const HELD_AT_MOST = { withinMs: 20_000, everyMs: 20 };

let feed: TestFeed;
let db: Knex;
let relay: Relay | undefined;
beforeEach(async () => {
  feed = await TestFeed.open();
  // With the product's limits.
  db = connect(feed.url, 10);
});
afterEach(async () => {
  relay?.stop();
  await relay?.done;
  await db.destroy();
  await feed.close();
});

const start = async (...consumers: Consumer[]) => {
  relay = await startRelay('test', consumers, [{ outbox: new Outbox(db, feed.name), url: feed.url }], QUIET);
};
const sees = async (consumer: string, ...numbers: number[]) =>
  expect(
    await until(
      async () => String(await feed.numbersSeen(consumer, 'seat')) === String(numbers),
      HELD_AT_MOST,
    ),
  ).toBe(true);

test('consumers that go on together are at one place, each event once', async () => {
  await start(noting(db, feed.name, 'one'), noting(db, feed.name, 'two'));
  for (const n of [1, 2, 3]) {
    await feed.append('seat', n);
    await sees('one', ...[1, 2, 3].slice(0, n));
  }
  await sees('two', 1, 2, 3);
  const places = await feed.db('reader.checkpoints').distinct('xid', 'position');
  expect(places).toHaveLength(1);
});

test('while one fails again and again, the others go on; then it catches up', async () => {
  let fails = true;
  const failing = noting(db, feed.name, 'failing', () =>
    fails ? Object.assign(new Error('not now'), { code: '40001' }) : undefined,
  );
  await start(failing, noting(db, feed.name, 'well'));
  for (const n of [1, 2, 3]) await feed.append('seat', n);
  await sees('well', 1, 2, 3);
  expect(await feed.numbersSeen('failing', 'seat')).toEqual([]);
  fails = false;
  await sees('failing', 1, 2, 3);
  await feed.append('seat', 4);
  await sees('failing', 1, 2, 3, 4);
  await sees('well', 1, 2, 3, 4);
});

test('one that hangs holds the others back until the database ends its transaction, and not again', async () => {
  let hangs = true;
  const noted = noting(db, feed.name, 'hanging');
  const hanging: Consumer = {
    ...noted,
    take: async (tx, event) => {
      if (hangs) await tx.raw('SELECT pg_sleep(60)');
      await noted.take(tx, event);
    },
  };
  await start(hanging, noting(db, feed.name, 'well'));
  await feed.append('seat', 1);
  await sees('well', 1);
  await feed.append('seat', 2);
  await sees('well', 1, 2);
  expect(await feed.numbersSeen('hanging', 'seat')).toEqual([]);
  hangs = false;
  await sees('hanging', 1, 2);
}, 90_000);

test('a checkpoint that was set back is gone on from', async () => {
  await start(noting(db, feed.name, 'one'));
  await feed.append('seat', 1);
  await sees('one', 1);
  await feed.db('reader.seen').delete();
  await feed.db('reader.checkpoints').update({ xid: '0', position: 0 });
  await sees('one', 1);
});
