import { Admin, type Connection } from '@platformatic/kafka';
import { createServer, type AddressInfo } from 'node:net';
import { clientOptions, toleratingLateErrors } from '../../events/kafka/client';
import { Outbox } from '../../events/outbox';
import { until } from '../../engine/wait';
import { noting, TestFeed } from '../events/test-feed';
import { kafkaSettings, QUIET, relayOver } from '../events/transport';
import { freePort } from '../free-port';

const STOPS_WITHIN_MS = 5_000;

/** No broker, or one that never answers: the relay tries on, and stops when it is asked to. */
export function absence(): void {
  let feed: TestFeed;
  beforeEach(async () => {
    feed = await TestFeed.open();
    await feed.append('tea', 1);
  });
  afterEach(() => feed.close());

  /** Runs a relay until it has tried, and stops it. @returns how long that took (milliseconds) */
  async function stopping(port: number, hasTried: () => boolean | Promise<boolean>): Promise<number> {
    const consumers = [noting(feed.db, feed.name, `${feed.name}-one`)];
    const sources = [{ outbox: new Outbox(feed.db, feed.name), url: feed.url }];
    const start = relayOver(kafkaSettings(`127.0.0.1:${port}`), feed.db);
    const relay = await start('reader', consumers, sources, QUIET);
    expect(await until(hasTried, { withinMs: 20_000, everyMs: 50 })).toBe(true);
    const asked = performance.now();
    relay.stop();
    await relay.done;
    return performance.now() - asked;
  }

  test('a relay without a broker stops within seconds', async () => {
    const port = await freePort();
    expect(await stopping(port, () => true)).toBeLessThan(STOPS_WITHIN_MS);
  });

  test('a relay whose broker never answers stops within seconds', async () => {
    let asked = 0;
    const silent = createServer((socket) => {
      socket.on('data', () => asked++).on('error', () => undefined);
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    expect(await stopping(port, () => asked > 1)).toBeLessThan(STOPS_WITHIN_MS);
    await new Promise((resolve) => silent.close(resolve));
  });

  test('a connection that fails again after it was given up does not end the process', async () => {
    const admin = toleratingLateErrors(
      new Admin(clientOptions(kafkaSettings(`127.0.0.1:${await freePort()}`))),
    );
    const opened: Connection[] = [];
    admin.connections.on('connecting', ({ connection }) => opened.push(connection));
    await expect(admin.listTopics()).rejects.toThrow();
    expect(opened).toHaveLength(1);
    expect(() => opened[0]!.emit('error', new Error('late'))).not.toThrow();
    await admin.close();
  });
}
