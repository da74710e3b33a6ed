import { until } from '../../engine/wait';
import { BEGINNING, type Place } from '../../events/event';
import { Outbox } from '../../events/outbox';
import { beginEra } from '../../migrations/migrate';
import { executePart } from '../../migrations/sql-files';
import { TestFeed } from './test-feed';

/** Of a cluster that has made many more transactions than this one. */
const FAR = '900000000';

let feed: TestFeed;
let outbox: Outbox;
beforeEach(async () => {
  feed = await TestFeed.open();
  outbox = new Outbox(feed.db, feed.name);
});
afterEach(() => feed.close());

const tellLongAgo = (subject: string, n: number) =>
  feed.db(`${feed.name}.outbox`).insert({ type: 'movie.booked', subject, data: { n }, xid: FAR });

/** As a dump leaves the feed that is restored into another cluster. */
const restoreElsewhere = () => feed.db(`${feed.name}.era`).update({ system_identifier: 1 });

/** The numbers after a place, once as many are there as wanted: whatever is open in the cluster holds readers back. */
async function numbersAfter(place: Place, wanted: number): Promise<unknown[]> {
  let numbers: unknown[] = [];
  const there = async () => {
    numbers = (await outbox.after(place, 100)).events.map(({ data }) => data.n);
    return numbers.length >= wanted;
  };
  await until(there, { withinMs: 5_000, everyMs: 50 });
  return numbers;
}

const eraNumber = () => feed.db(`${feed.name}.era`).pluck<number[]>('number');

test('restored into another cluster, a feed is neither told to nor read before its era begins', async () => {
  await tellLongAgo('s', 1);
  await restoreElsewhere();
  const refusal = { code: '55000', message: expect.stringContaining('run the migrations') };
  await expect(feed.append('s', 2)).rejects.toMatchObject(refusal);
  await expect(feed.append('other', 2)).rejects.toMatchObject(refusal);
  await expect(outbox.after(BEGINNING, 10)).rejects.toMatchObject(refusal);
});

test('in the new era what was told is settled, and what is told comes after it', async () => {
  await tellLongAgo('s', 1);
  const [checkpoint] = await outbox.newest(1);
  await restoreElsewhere();
  expect(await beginEra(feed.db, feed.name)).toBe(true);
  await feed.append('s', 2);
  await feed.append('other', 3);
  expect(await numbersAfter(BEGINNING, 3)).toEqual([1, 2, 3]);
  expect(await numbersAfter(checkpoint ?? BEGINNING, 2)).toEqual([2, 3]);
  expect((await outbox.behind(checkpoint ?? BEGINNING, 10)).events).toBe(2);
});

test('in the new era what commits late is waited for', async () => {
  await tellLongAgo('s', 1);
  await restoreElsewhere();
  await beginEra(feed.db, feed.name);
  const late = await feed.db.transaction();
  try {
    await feed.append('late', 2, late);
    await feed.append('early', 3);
    expect(await numbersAfter(BEGINNING, 1)).toEqual([1]);
    await late.commit();
  } finally {
    if (!late.isCompleted()) await late.rollback();
  }
  expect(await numbersAfter(BEGINNING, 3)).toEqual([1, 2, 3]);
});

test('control: without a new era the old is never read, and the new comes before it', async () => {
  await tellLongAgo('s', 1);
  await feed.append('other', 3);
  expect(await numbersAfter(BEGINNING, 1)).toEqual([3]);
  await expect(feed.append('s', 2)).rejects.toMatchObject({ code: '40001' });
});

test('of starts at once one begins the era, and in the same cluster none does', async () => {
  await restoreElsewhere();
  const began = await Promise.all([1, 2, 3, 4].map(() => beginEra(feed.db, feed.name)));
  expect(began.filter(Boolean)).toEqual([true]);
  expect(await eraNumber()).toEqual([1]);
  expect(await beginEra(feed.db, feed.name)).toBe(false);
});

test('data from before there were eras are in the first one, or in the next when numbered elsewhere', async () => {
  // Whatever else runs in the cluster.
  const other = await feed.db.transaction();
  await other.raw('SELECT pg_current_xact_id()');
  await executePart(feed.db, feed.name, 'era', 'down');
  await feed.append('s', 1);
  await executePart(feed.db, feed.name, 'era');
  expect(await beginEra(feed.db, feed.name)).toBe(false);
  expect(await eraNumber()).toEqual([0]);
  await other.rollback();

  await executePart(feed.db, feed.name, 'era', 'down');
  await tellLongAgo('s', 2);
  await executePart(feed.db, feed.name, 'era');
  expect(await beginEra(feed.db, feed.name)).toBe(true);
  await feed.append('s', 3);
  expect(await numbersAfter(BEGINNING, 3)).toEqual([1, 2, 3]);
});

test('of an older backup, what is told next comes after what is gone, under ids of its own', async () => {
  await feed.append('s', 1);
  const gone = { xid: FAR, position: 99 };
  // As in docs/operations.md, "An older backup".
  await feed.db.raw('UPDATE ??.era SET number = number + 1', [feed.name]);
  await feed.db.raw(
    "SELECT setval(pg_get_serial_sequence(:outbox, 'position'), 1000000000 + max(position)) FROM :outbox:",
    { outbox: `${feed.name}.outbox` },
  );
  await feed.append('s', 2);
  expect(await numbersAfter(gone, 1)).toEqual([2]);
  const { events } = await outbox.after(gone, 1);
  expect(events.map(({ id }) => id)).toEqual([`${feed.name}/1000000002`]);
});
