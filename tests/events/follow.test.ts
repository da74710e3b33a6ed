import pino from 'pino';
import { connect, NO_HURRY } from '../../activities/database';
import { pause, until } from '../../engine/wait';
import { follow, type Relay } from '../../events/follow';
import { TestFeed } from './test-feed';

const SOON = { withinMs: 10_000, everyMs: 10 };

let feed: TestFeed;
let relay: Relay;
let found: boolean;
let looks: number;
beforeEach(async () => {
  feed = await TestFeed.open();
  [found, looks] = [false, 0];
  relay = await follow('test', [
    {
      ...{ url: feed.url, sources: [feed.name], log: pino({ level: 'silent' }) },
      register: () => Promise.resolve(),
      look: () => {
        looks++;
        return Promise.resolve({ found, more: false });
      },
    },
  ]);
});
afterEach(async () => {
  relay.stop();
  await relay.done;
  await feed.close();
});

/** Appends an event. @returns whether somebody else who listens was notified of it */
async function notifies(): Promise<boolean> {
  const other = connect(feed.url, 1, NO_HURRY);
  let notified = false;
  const client = (await other.client.acquireConnection()) as NodeJS.EventEmitter & {
    query: (sql: string) => Promise<unknown>;
  };
  client.on('notification', () => (notified = true));
  await client.query('LISTEN outbox');
  await feed.append('seat', 1);
  await pause(20);
  await client.query('SELECT 1');
  await other.client.releaseConnection(client);
  await other.destroy();
  return notified;
}

test('while a relay sleeps it is notified; while it finds something, nobody is', async () => {
  expect(await notifies()).toBe(true);
  found = true;
  expect(await until(async () => !(await notifies()), SOON)).toBe(true);
  const before = looks;
  expect(await until(() => looks > before + 2, SOON)).toBe(true);
  found = false;
  expect(await until(() => notifies(), SOON)).toBe(true);
});

test('whoever sleeps is woken by what is appended', async () => {
  await pause(1_000);
  let before = looks;
  let [woken, tries] = [0, 0];
  for (; tries < 5; tries++) {
    before = looks;
    await feed.append('seat', tries);
    if (await until(() => looks > before, { withinMs: 300, everyMs: 5 })) woken++;
    await pause(200);
  }
  // Once a second it looks by itself.
  expect([tries, woken]).toEqual([5, 5]);
});
