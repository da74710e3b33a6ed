import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { connect, NO_HURRY } from '../../activities/database';
import { pause, until } from '../../engine/wait';
import { BEGINNING } from '../../events/event';
import { Outbox } from '../../events/outbox';
import { startRelay } from '../../events/relay';
import { noting, TestFeed } from './test-feed';

let feed: TestFeed;
beforeAll(async () => {
  feed = await TestFeed.open();
});
afterAll(() => feed.close());

/** One transaction begins, another begins later, tells of the subject and is done; then the first tells of it. */
async function overtake(subject: string, then: (late: Knex.Transaction) => Promise<void>): Promise<void> {
  const late = await feed.db.transaction();
  try {
    await late.raw('SELECT pg_current_xact_id()');
    await feed.append(subject, 1);
    await then(late);
  } finally {
    await late.rollback();
  }
}

/** Waits until a subject has been told of so often: whatever is open anywhere in the cluster holds readers back. */
async function told(subject: string, times: number): Promise<unknown[]> {
  let numbers: unknown[] = [];
  const heard = async () => {
    const { events } = await new Outbox(feed.db, feed.name).after(BEGINNING, 1_000);
    numbers = events.filter((event) => event.subject === subject).map(({ data }) => data.n);
    return numbers.length >= times;
  };
  await until(heard, { withinMs: 20_000, everyMs: 50 });
  return numbers;
}

test('whoever tells of a subject too late is refused, and told to try again', async () => {
  await overtake('s', async (late) => {
    await expect(feed.append('s', 2, late)).rejects.toMatchObject({ code: '40001' });
  });
  await feed.append('s', 2);
  expect(await told('s', 2)).toEqual([1, 2]);
});

test('of other subjects it may tell whenever it likes', async () => {
  await overtake('one', async (late) => {
    await feed.append('other', 2, late);
    await late.commit();
  });
  expect(await told('other', 1)).toEqual([2]);
});

test('control: without the refusal it would be told first what happened last', async () => {
  await feed.db.raw('ALTER TABLE ??.outbox DISABLE TRIGGER keep_order', [feed.name]);
  await overtake('unguarded', async (late) => {
    await feed.append('unguarded', 2, late);
    await late.commit();
  });
  await feed.db.raw('ALTER TABLE ??.outbox ENABLE TRIGGER keep_order', [feed.name]);
  expect(await told('unguarded', 2)).toEqual([2, 1]);
});

test.each(['UPDATE ??.outbox SET subject = subject', 'DELETE FROM ??.outbox', 'TRUNCATE ??.outbox'])(
  'what has been told stays: %s is refused',
  async (statement) => {
    await expect(feed.db.raw(statement, [feed.name])).rejects.toMatchObject({ code: '23001' });
  },
);

test.each([
  ['in its own database', () => feed.db],
  ['in another database', () => connect(feed.url, 2, NO_HURRY)],
])('what commits late, %s, is waited for by a consumer, not passed by', async (_, open) => {
  const db = open();
  const name = `patient-${randomUUID()}`;
  const source = { outbox: new Outbox(db, feed.name), url: feed.url };
  const relay = await startRelay(
    'test',
    [noting(feed.db, feed.name, name)],
    [source],
    pino({ level: 'silent' }),
  );
  const [early, later] = [`early-${name}`, `later-${name}`];
  const late = await feed.db.transaction();
  try {
    await feed.append(early, 1, late);
    await feed.append(later, 1);
    // Longer than a consumer leaves its sources alone.
    await pause(1_500);
    expect(await feed.numbersSeen(name, later)).toEqual([]);
    await late.commit();
    const all = async () => (await feed.verdict(name)).lost === 0;
    expect(await until(all, { withinMs: 10_000, everyMs: 50 })).toBe(true);
  } finally {
    if (!late.isCompleted()) await late.rollback();
    relay.stop();
    await relay.done;
    if (db !== feed.db) await db.destroy();
  }
});
