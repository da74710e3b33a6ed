import { Producer, stringSerializers } from '@platformatic/kafka';
import pino from 'pino';
import { until } from '../../engine/wait';
import { BEGINNING } from '../../events/event';
import { clientOptions, type KafkaSettings } from '../../events/kafka/client';
import { Newest } from '../../events/kafka/newest';
import { messageOf, topicOf } from '../../events/kafka/topic';
import { Outbox } from '../../events/outbox';
import { parkedEvents } from '../../events/parked';
import { partitionOf, partSource } from '../../events/partition';
import { noting, TestFeed } from '../events/test-feed';
import { PARTITIONS, relayOver, type Transport } from '../events/transport';

const SOON = { withinMs: 30_000, everyMs: 50 };
const PARTITION = partitionOf('tea', PARTITIONS);

/** Someone else writes to our topics: what is no event of ours is set aside, and its partition goes on. */
export function settingAside(transport: () => Transport): void {
  let feed: TestFeed;
  let kafka: KafkaSettings;
  let consumer: string;
  const logged: { level: number; message?: string }[] = [];
  beforeEach(async () => {
    feed = await TestFeed.open();
    kafka = transport().kafka!;
    consumer = `${feed.name}-one`;
    logged.length = 0;
  });
  afterEach(() => feed.close());

  const outbox = () => new Outbox(feed.db, feed.name);
  const parked = () => parkedEvents(feed.db, 'reader');

  /** Runs a relay until all events have been taken and so many messages set aside. */
  async function relayUntil(aside: number): Promise<void> {
    const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
    const one = noting(feed.db, feed.name, consumer);
    const start = relayOver(kafka, feed.db);
    const relay = await start('reader', [one], [{ outbox: outbox(), url: feed.url }], log);
    const done = async () => (await feed.verdict(consumer)).lost === 0 && (await parked()).length === aside;
    const held = await until(done, SOON);
    relay.stop();
    await relay.done;
    expect({ held, parked: await parked() }).toMatchObject({ held: true });
  }

  type Foreign = { value?: string; headers?: Record<string, string> };
  /** To the partition of "tea". */
  async function send(...messages: Foreign[]): Promise<void> {
    const producer = new Producer({ ...clientOptions(kafka), serializers: stringSerializers });
    const there = { topic: topicOf(feed.name), partition: PARTITION };
    await producer.send({ messages: messages.map((message) => ({ ...there, ...message })) });
    await producer.close();
  }
  const forged = (n: number, xid: string, position: number): Foreign => {
    const told = { id: `${feed.name}/${position}`, type: 'movie.booked', subject: 'tea', customer: null };
    const { value, headers } = messageOf(
      feed.name,
      { ...told, data: { n }, at: new Date(), place: { xid, position } },
      PARTITIONS,
    );
    return { value: value!, headers: headers as Record<string, string> };
  };

  test('what cannot be read is set aside once, logged, and passed over', async () => {
    await feed.append('tea', 1);
    await relayUntil(0);
    const { value } = forged(0, '1', 1);
    await send({ value: 'nonsense' }, { value: '{"specversion":"1.0"}' }, { value: value! }, {});
    await feed.append('tea', 2);
    await relayUntil(4);
    const list = await parked();
    expect(list.map(({ error }) => error.split(':')[0]).sort()).toEqual([
      ...['no CloudEvent', 'no CloudEvent', 'no place in its headers', 'not JSON'],
    ]);
    expect(list[0]).toMatchObject({ consumer, type: 'refused-message', behind: 0, retry: false });
    expect(list[0]?.subject).toMatch(`${topicOf(feed.name)}/${PARTITION}@`);
    expect(await feed.numbersSeen(consumer, 'tea')).toEqual([1, 2]);
    expect(logged).toHaveLength(4);

    // An operator cannot make it readable; and as after the restoration of a database it is met again.
    await feed.db('reader.parked_events').update({ retry: true });
    await feed.db('reader.seen').delete();
    await feed.db('reader.checkpoints').update(BEGINNING);
    await relayUntil(4);
    expect((await parked()).map(({ id }) => id).sort()).toEqual(list.map(({ id }) => id).sort());
    expect((await parked()).filter(({ retry }) => retry)).toEqual([]);
    expect(await feed.numbersSeen(consumer, 'tea')).toEqual([1, 2]);
    expect(logged).toHaveLength(4);
  });

  test('a place beyond the outbox is refused: it moves no checkpoint', async () => {
    await feed.append('tea', 1);
    await relayUntil(0);
    const [last] = await outbox().newest(1);
    const beyond = String(BigInt(last!.xid) + 1_000_000n);
    await send(forged(8, beyond, 1), forged(9, '9'.repeat(20), 1));
    await feed.append('tea', 2);
    await relayUntil(2);
    expect((await parked()).map(({ error }) => error)).toEqual(
      Array(2).fill(expect.stringContaining("beyond its outbox's newest event")),
    );
    expect(await feed.numbersSeen(consumer, 'tea')).toEqual([1, 2]);
    const [newest] = await outbox().newest(1);
    const source = partSource(feed.name, PARTITION);
    const row = feed.db('reader.checkpoints').where({ consumer, source });
    expect(await row.first('position', feed.db.raw('xid::text'))).toEqual({
      ...{ xid: newest!.xid, position: newest!.position },
    });
  });

  test('the outbox is asked for its newest only where a place is beyond what is known', async () => {
    await feed.append('tea', 1);
    const [last] = await outbox().newest(1);
    let queries = 0;
    feed.db.on('query', () => queries++);
    const newest = new Newest(outbox());
    await newest.for([]);
    expect(queries).toBe(0);
    for (let batch = 0; batch < 3; batch++) expect(await newest.for([BEGINNING, last!])).toEqual(last);
    expect(queries).toBe(1);
    await newest.for([{ xid: last!.xid, position: last!.position + 1 }]);
    expect(queries).toBe(2);
  });
}
