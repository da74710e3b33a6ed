import { Consumer as Group, type Message } from '@platformatic/kafka';
import { until } from '../../engine/wait';
import { BEGINNING } from '../../events/event';
import { clientOptions, type KafkaSettings, withAdmin } from '../../events/kafka/client';
import { Publisher } from '../../events/kafka/publisher';
import { topicOf } from '../../events/kafka/topic';
import { Outbox } from '../../events/outbox';
import { partitionOf } from '../../events/partition';
import { type Consumer, Subscription } from '../../events/subscription';
import { noting, type Refuses, TestFeed } from '../events/test-feed';
import { PARTITIONS, QUIET, relayOver, type Transport } from '../events/transport';

const SOON = { withinMs: 30_000, everyMs: 50 };

/** What comes to whom, whatever was published twice, read before or followed otherwise. */
export function delivery(transport: () => Transport): void {
  let feed: TestFeed;
  let kafka: KafkaSettings;
  beforeEach(async () => {
    feed = await TestFeed.open();
    kafka = transport().kafka!;
  });
  afterEach(() => feed.close());

  const source = () => ({ outbox: new Outbox(feed.db, feed.name), url: feed.url });
  const reader = (name: string, refuses?: Refuses) =>
    noting(feed.db, feed.name, `${feed.name}-${name}`, refuses);
  const append = async (...numbers: number[]) => {
    for (const n of numbers) for (const subject of ['tea', 'nuts', 'figs']) await feed.append(subject, n);
  };

  /** Runs a relay until the condition holds. */
  async function relayUntil(
    holds: () => Promise<boolean>,
    consumers: Consumer[],
    over: KafkaSettings | null = kafka,
  ) {
    const relay = await relayOver(over, feed.db)('reader', consumers, [source()], QUIET);
    const held = await until(holds, SOON);
    relay.stop();
    await relay.done;
    expect(held).toBe(true);
  }
  const hasAll = (consumer: Consumer) => async () => (await feed.verdict(consumer.name)).lost === 0;

  /** Whoever else uses the broker. */
  const outsider = () =>
    new Group({ ...clientOptions(kafka), groupId: `${feed.name}-outsider`, retries: 20 });
  async function published(): Promise<number> {
    const asking = outsider();
    const offsets = await asking.listOffsets({ topics: [topicOf(feed.name)] }).catch(() => undefined);
    await asking.close();
    return (offsets?.get(topicOf(feed.name)) ?? []).reduce((sum, offset) => sum + Number(offset), 0);
  }

  test('an outsider finds CloudEvents, and all of a subject in one partition', async () => {
    await append(1, 2);
    await relayUntil(async () => (await published()) >= 6, []);
    const group = outsider();
    const stream = await group.consume({ topics: [topicOf(feed.name)], mode: 'earliest', maxWaitTime: 100 });
    // By its id, as whoever may get it twice does.
    const got = new Map<string, Message>();
    for await (const message of stream) {
      got.set((JSON.parse(String(message.value)) as { id: string }).id, message);
      if (got.size === 6) break;
    }
    await group.close(true);

    const ofTea = [...got.values()].filter(({ key }) => String(key) === 'tea');
    expect(ofTea.map(({ partition }) => partition)).toEqual(Array(2).fill(partitionOf('tea', PARTITIONS)));
    expect(ofTea.map(({ value }) => JSON.parse(String(value)) as unknown)).toMatchObject([
      {
        specversion: '1.0',
        id: `${feed.name}/1`,
        type: 'haru.movie.booked.v1',
        subject: 'tea',
        data: { n: 1 },
      },
      { subject: 'tea', data: { n: 2 } },
    ]);
    const headers = new Map([...ofTea[0]!.headers].map(([name, value]) => [String(name), String(value)]));
    expect(headers.get('content-type')).toMatch('application/cloudevents+json');
  });

  test('what is published again has no effect', async () => {
    const one = reader('one');
    await append(1, 2, 3);
    await relayUntil(hasAll(one), [one]);
    // As after a crash between publishing and remembering it.
    await feed.db('relay.checkpoints').update(BEGINNING);
    await relayUntil(async () => (await published()) >= 18, [one]);
    await append(4);
    await relayUntil(hasAll(one), [one]);
    expect(await feed.verdict(one.name)).toEqual({ lost: 0, doubled: 0, disordered: 0, seen: 12 });
  });

  test('what was published twice before anyone read it has one effect', async () => {
    const one = reader('one');
    await append(1, 2, 3);
    await relayUntil(async () => (await published()) >= 9, []);
    await feed.db('relay.checkpoints').update(BEGINNING);
    await relayUntil(async () => (await published()) >= 18, []);
    await relayUntil(hasAll(one), [one]);
    expect(await feed.verdict(one.name)).toEqual({ lost: 0, doubled: 0, disordered: 0, seen: 9 });
  });

  test('the checkpoint counts, not the offset that the broker remembers', async () => {
    const one = reader('one');
    await append(1, 2);
    await relayUntil(hasAll(one), [one]);
    // As after the restoration of an older database.
    await feed.db('reader.seen').delete();
    await feed.db('reader.checkpoints').update(BEGINNING);
    await relayUntil(hasAll(one), [one]);
    expect(await feed.verdict(one.name)).toEqual({ lost: 0, doubled: 0, disordered: 0, seen: 6 });
  });

  test('who followed PostgreSQL goes on by Kafka, parked events included, and never back', async () => {
    let ripe = false;
    const one = reader('one', (subject, n) =>
      subject === 'figs' && n === 1 && !ripe ? new Error('no') : undefined,
    );
    await append(1, 2);
    const parked = () => feed.db('reader.parked_events').where({ consumer: one.name });
    await relayUntil(async () => (await parked()).length === 2, [one], null);
    await append(3);
    const goneOn = async () => (await parked()).length === 3 && (await feed.verdict(one.name)).seen === 6;
    await relayUntil(goneOn, [one]);
    expect(await feed.numbersSeen(one.name, 'tea')).toEqual([1, 2, 3]);
    ripe = true;
    await parked().update({ retry: true });
    await relayUntil(hasAll(one), [one]);
    expect(await feed.verdict(one.name)).toEqual({ lost: 0, doubled: 0, disordered: 0, seen: 9 });

    // A relay that still runs finds no checkpoint; one that starts is told.
    const undivided = { consumer: one.name, source: feed.name };
    expect(await feed.db('reader.checkpoints').where(undivided)).toEqual([]);
    await expect(new Subscription(one, feed.name).register()).rejects.toThrow('by Kafka');
  });

  test('a topic with another number of partitions is refused', async () => {
    await relayUntil(async () => (await append(1), (await published()) > 0), []);
    const settings = { ...kafka, partitions: PARTITIONS + 1 };
    const other = new Publisher(settings, feed.db, source(), QUIET);
    await expect(other.register()).rejects.toThrow(`has ${PARTITIONS} partitions`);
  });

  test('what is for a partition that is not there goes to no other, and is not taken for published', async () => {
    await append(1);
    await withAdmin(kafka, (admin) => admin.createTopics({ topics: [topicOf(feed.name)], partitions: 1 }));
    await feed.db('relay.checkpoints').insert({ consumer: 'kafka', source: feed.name });
    const publisher = new Publisher(kafka, feed.db, source(), QUIET);
    await expect(publisher.look()).rejects.toThrow('has 1 partitions');
    expect(await published()).toBe(0);
    expect(await feed.db('relay.checkpoints').pluck('position')).toEqual([0]);
  });
}
