import { until } from '../../engine/wait';
import type { Relay } from '../../events/follow';
import { Outbox } from '../../events/outbox';
import { noting, type Refuses, TestFeed } from './test-feed';
import { QUIET, relayOver, type Transport } from './transport';

const SOON = { withinMs: 30_000, everyMs: 20 };
/** The last try is one more. */
const FORGIVEN = 4;

interface Parked {
  n: number;
  error: string | null;
}

/** One event that cannot be taken holds up its own subject and nobody else. */
export function poison(transport: () => Transport): void {
  let feed: TestFeed;
  let relay: Relay;
  let consumer: string;
  const refusals = new Map<string, Refuses>();
  beforeAll(async () => {
    feed = await TestFeed.open();
    consumer = `${feed.name}-picky`;
    const picky = noting(feed.db, feed.name, consumer, (subject, n) => refusals.get(subject)?.(subject, n));
    const source = { outbox: new Outbox(feed.db, feed.name), url: feed.url };
    const start = relayOver(transport().kafka, feed.db);
    relay = await start('picky', [picky], [source], QUIET);
  });
  afterAll(async () => {
    relay.stop();
    await relay.done;
    await feed.close();
  });

  const append = async (subject: string, ...numbers: number[]) => {
    for (const n of numbers) await feed.append(subject, n);
  };
  const seen = (subject: string) => feed.numbersSeen(consumer, subject);
  const hasSeen = async (subject: string, last: number) =>
    expect(await until(async () => (await seen(subject)).at(-1) === last, SOON)).toBe(true);
  const rows = () => feed.db('reader.parked_events').where({ consumer });
  const parked = (subject: string): Promise<Parked[]> =>
    rows()
      .where({ subject })
      .orderBy('position')
      .select<Parked[]>(feed.db.raw(`(event -> 'data' ->> 'n')::int AS n`), 'error');
  const areParked = async (subject: string, count: number) =>
    expect(await until(async () => (await parked(subject)).length === count, SOON)).toBe(true);
  const refuse = (subject: string, number: number, error = () => new Error(`no ${subject}`)) =>
    refusals.set(subject, (_, n) => (n === number ? error() : undefined));
  /** What an operator says once the cause is gone. */
  const retry = (subject: string) => rows().where({ subject }).update({ retry: true });
  const retried = async (subject: string) => {
    const waiting = () => rows().where({ subject, retry: true }).first<object | undefined>('subject');
    expect(await until(async () => (await waiting()) === undefined, SOON)).toBe(true);
  };

  test('what fails again and again is parked with its subject; the others go on', async () => {
    refuse('milk', 2);
    await append('milk', 1, 2, 3);
    await append('bread', 1, 2);
    await areParked('milk', 2);
    await hasSeen('bread', 2);
    await append('milk', 4);
    await areParked('milk', 3);
    expect(await parked('milk')).toEqual([
      { n: 2, error: 'no milk' },
      { n: 3, error: null },
      { n: 4, error: null },
    ]);
    expect(await seen('milk')).toEqual([1]);
    expect(await seen('bread')).toEqual([1, 2]);
  });

  test('what is retried is taken in order, though nothing new comes; then the subject goes on', async () => {
    refuse('salt', 1);
    await append('salt', 1, 2, 3);
    await areParked('salt', 3);
    refusals.delete('salt');
    await retry('salt');
    await areParked('salt', 0);
    expect(await seen('salt')).toEqual([1, 2, 3]);
    await append('salt', 4);
    await hasSeen('salt', 4);
    expect(await seen('salt')).toEqual([1, 2, 3, 4]);
  });

  test('what fails when it is retried stays parked, and so does all behind it', async () => {
    refuse('rice', 1);
    await append('rice', 1, 2, 3);
    await areParked('rice', 3);
    refuse('rice', 2, () => new Error('still no rice'));
    await retry('rice');
    await areParked('rice', 2);
    await retried('rice');
    await append('rice', 4);
    await areParked('rice', 3);
    expect(await parked('rice')).toEqual([
      { n: 2, error: 'still no rice' },
      { n: 3, error: null },
      { n: 4, error: null },
    ]);
    expect(await seen('rice')).toEqual([1]);
  });

  test('what fails less often is taken', async () => {
    const failures = () =>
      feed.db('reader.checkpoints').where({ consumer }).max<{ max: number }[]>('failures');
    let failed = 0;
    const watching = setInterval(() => void failures().then(([row]) => (failed = row?.max ?? 0)), 5);
    refusals.set('eggs', () => (failed < FORGIVEN ? new Error('no eggs') : undefined));
    await append('eggs', 1);
    await hasSeen('eggs', 1);
    clearInterval(watching);
    expect(await parked('eggs')).toEqual([]);
  });

  test('a database that could not just now is not the fault of the event', async () => {
    let failures = 0;
    refusals.set('soap', () => {
      if (++failures > FORGIVEN + 1) return undefined;
      return Object.assign(new Error('try again'), { code: failures % 2 ? '40001' : '40P01' });
    });
    await append('soap', 1, 2);
    await hasSeen('soap', 2);
    expect(await seen('soap')).toEqual([1, 2]);
    expect(await parked('soap')).toEqual([]);
  });

  test('nothing has come twice', async () => {
    expect(await feed.verdict(consumer)).toMatchObject({ doubled: 0, disordered: 0 });
  });
}
