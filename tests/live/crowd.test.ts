import { request } from 'node:http';
import { pause, until } from '../../engine/wait';
import { LISTENERS, SERVICES } from '../../config';
import { IdentityProvider } from '../identity-provider';
import type { TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';
import { message } from './message-rows';
import { EventStream } from './event-stream';

const IDLE = 500;
const COST_AT_MOST = 150_000_000;

let stack: TestStack;
let provider: IdentityProvider;
const streams: EventStream[] = [];
beforeAll(async () => {
  provider = await IdentityProvider.start();
  stack = await startStack({
    listeners: LISTENERS,
    without: [...SERVICES],
    env: {
      LIVE_STREAMS: String(IDLE + 5),
      RATE_LIMIT_PER_MINUTE: '60000',
      OIDC_JWKS_URL: provider.jwksUrl,
    },
  });
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await until(async () => (await measured('live_streams')) === 0, { withinMs: 5_000 });
});
afterAll(async () => {
  await stack.stop();
  await provider.stop();
});

async function open(
  customer: Pick<TestClient, 'token'>,
  wanted?: Parameters<typeof EventStream.open>[2],
): Promise<EventStream> {
  const stream = await EventStream.open(stack.url, customer, wanted);
  streams.push(stream);
  return stream;
}

async function measured(name: string): Promise<number> {
  const text = await (await fetch(`${stack.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

test('whoever hangs up while their token is verified takes no place', async () => {
  const token = await provider.token({ sub: 'minji' });
  provider.hold();
  const headers = { authorization: `Bearer ${token}` };
  const asked = Array.from({ length: 8 }, () =>
    request(`${stack.url}/v1/me/events`, { agent: false, headers })
      .on('error', () => undefined)
      .end(),
  );
  expect(await until(() => provider.asked > 0, { withinMs: 5_000 })).toBe(true);
  for (const one of asked) one.destroy();
  expect(await until(() => asked.every(({ closed }) => closed), { withinMs: 5_000 })).toBe(true);
  // The API is to see that they have gone.
  await pause(500);
  provider.release();
  expect((await open({ token })).status).toBe(200);
  expect(await until(async () => (await measured('live_streams')) === 1, { withinMs: 2_000 })).toBe(true);
});

test('a customer may listen five times; the sixth is a 429 until one of them is gone', async () => {
  const minji = await stack.signIn();
  const own = await Promise.all(Array.from({ length: 5 }, () => open(minji)));
  expect(own.map(({ status }) => status)).toEqual(Array(5).fill(200));
  const { status, body, headers } = await minji.get('/v1/me/events');
  expect([status, body.code]).toEqual([429, 'too-many-requests']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await open(await stack.signIn())).status).toBe(200);

  own[0]?.close();
  const again = () => open(minji).then((stream) => stream.status === 200);
  expect(await until(again, { withinMs: 5_000 })).toBe(true);
});

test(`${IDLE} idle clients cost the API less than ${COST_AT_MOST / 1_000_000} MB; those beyond its limit are told to come back`, async () => {
  const customers: TestClient[] = [];
  while (customers.length < IDLE)
    customers.push(...(await Promise.all(Array.from({ length: 50 }, () => stack.signIn()))));
  const before = await measured('process_resident_memory_bytes');
  for (let n = 0; n < IDLE; n += 50)
    await Promise.all(customers.slice(n, n + 50).map((customer) => open(customer)));
  expect(streams.map(({ status }) => status)).toEqual(Array(IDLE).fill(200));
  expect(await measured('live_streams')).toBe(IDLE);
  await pause(2_000);
  const cost = (await measured('process_resident_memory_bytes')) - before;
  console.log(`${IDLE} idle clients cost ${(cost / 1_000_000).toFixed(1)} MB`);
  expect(cost).toBeLessThan(COST_AT_MOST);

  // All are still there, and each hears what is theirs.
  await Promise.all(customers.map(({ user }) => message(stack.db, user)));
  const told = await Promise.all(streams.map((stream) => stream.receives(1)));
  expect(told.filter((heard) => heard.length === 1)).toHaveLength(IDLE);

  const more = await stack.signIn();
  for (let n = 0; n < 5; n++) expect((await open(more)).status).toBe(200);
  const { status, body, headers } = await (await stack.signIn()).get('/v1/me/events');
  expect([status, body.code]).toEqual([503, 'unavailable']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
}, 90_000);

test('a client that does not read is not read for, holds up neither a stop nor its place, and misses nothing', async () => {
  const MESSAGES = 10_000;
  const jun = await stack.signIn();
  await stack.db.raw('INSERT INTO notification.inboxes (customer, last) VALUES (?, ?)', [jun.user, MESSAGES]);
  await stack.db.raw(
    `INSERT INTO notification.messages (customer, number, id, event_id, event, data, at)
     SELECT :customer, n, 'msg_' || n, 'movie/' || n, 'movie.booked',
       jsonb_build_object('movieName', repeat('x', 4000), 'seats', '1A', 'totalPrice', n), now()
     FROM generate_series(1, :count) n`,
    { customer: jun.user, count: MESSAGES },
  );
  const sent = () => measured('live_messages_total');
  const before = await sent();
  const [reads, stuck] = [
    await open(jun, { after: '0', paused: true }),
    await open(jun, { after: '0', paused: true }),
  ];
  let last = -1;
  const atRest = async () => {
    const now = await sent();
    const rests = now === last;
    last = now;
    return rests;
  };
  expect(await until(atRest, { withinMs: 30_000, everyMs: 1_000 })).toBe(true);
  console.log(`${last - before} of ${2 * MESSAGES} messages were read for clients that do not read`);
  expect(last - before).toBeLessThan(MESSAGES);

  reads.listen();
  expect((await reads.receives(MESSAGES, 40_000)).map(({ at }) => Number(at))).toEqual(
    Array.from({ length: MESSAGES }, (_, i) => i + 1),
  );

  expect(stuck.closedAt).toBeUndefined();
  expect(await stack.stopOne('api')).toEqual({ code: 0, signal: null });

  await stack.start('api', { LIVE_STREAM_SECONDS: '1' });
  await until(async () => (await fetch(`${stack.url}/healthz`).catch(() => undefined))?.status === 200, {
    withinMs: 20_000,
  });
  await open(jun, { after: '0', paused: true });
  expect(await measured('live_streams')).toBe(1);
  expect(await until(async () => (await measured('live_streams')) === 0, { withinMs: 5_000 })).toBe(true);
}, 90_000);
