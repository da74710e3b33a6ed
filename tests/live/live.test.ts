import { LISTENERS } from '../../config';
import fc from 'fast-check';
import { pause, until } from '../../engine/wait';
import { Cinema } from '../cinema';
import type { TestClient } from '../test-client';
import { CINEMA, startStack, type TestStack } from '../test-stack';
import { inbox, message, topUps } from './message-rows';
import { EventStream } from './event-stream';

let stack: TestStack;
let minji: TestClient;
let expiring: { stream: EventStream; since: number };
const streams: EventStream[] = [];
beforeAll(async () => {
  stack = await startStack({ listeners: LISTENERS, only: CINEMA });
  const since = Date.now();
  expiring = { stream: await expiringSoon(), since };
});
beforeEach(async () => {
  minji = await stack.signIn();
});
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});
afterAll(() => stack.stop());

async function open(
  customer: TestClient,
  wanted?: Parameters<typeof EventStream.open>[2],
): Promise<EventStream> {
  const stream = await EventStream.open(stack.url, customer, wanted);
  streams.push(stream);
  return stream;
}

async function expiringSoon(): Promise<EventStream> {
  const { body } = await (
    await stack.signIn()
  ).post('/v1/dev/tokens', { user: 'hana', roles: [], expiresInSeconds: 1 });
  return EventStream.open(stack.url, { token: body.token as string });
}

test('a booking is told as it happens, in the customer’s language, as the list of messages has it', async () => {
  const english = await stack.signIn({ user: minji.user, locale: 'en' });
  const [cinema, korean, other] = await Promise.all([Cinema.open(stack), open(minji), open(english)]);
  expect(korean.answer.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  await cinema.booked(minji, ['1A']);

  const [told] = await korean.receives(1);
  expect(told).toMatchObject({ type: 'message', at: '1', data: { event: 'movie.booked' } });
  expect(told?.data.text).toBe('예매가 완료되었습니다: 기생충, 좌석 1A, 10,000원.');
  expect((await other.receives(1))[0]?.data.text).toBe('Booked: 기생충, seats 1A, KRW 10,000.');
  expect((await minji.get('/v1/me/messages')).body.data.at(-1)).toEqual(told?.data);
});

test('without an id only what is new comes; with one, by header or URL, all that came after it', async () => {
  for (const amount of [1_000, 2_000, 3_000]) await message(stack.db, minji.user, amount);
  const [fresh, byHeader, byQuery, fromTheStart] = await Promise.all([
    open(minji),
    open(minji, { after: '1' }),
    open(minji, { after: '2', byQuery: true }),
    open(minji, { after: '0' }),
  ]);
  await message(stack.db, minji.user, 4_000);
  const ids = async (stream: EventStream, count: number) =>
    (await stream.receives(count)).map(({ at }) => at).join();
  expect(await ids(fromTheStart, 4)).toBe('1,2,3,4');
  expect(await ids(byHeader, 3)).toBe('2,3,4');
  expect(await ids(byQuery, 2)).toBe('3,4');
  expect(await ids(fresh, 1)).toBe('4');
});

test('whoever is cut off before the first message comes back to where they were', async () => {
  await message(stack.db, minji.user);
  const stream = await open(minji);
  expect(await until(() => stream.lastEventId !== undefined, { withinMs: 5_000 })).toBe(true);
  stream.close();
  await message(stack.db, minji.user, 2_000);
  const again = await open(minji, { after: stream.lastEventId ?? '' });
  expect((await again.receives(1)).map(({ at }) => at)).toEqual(['2']);
});

test('an id beyond the newest message hides none of those to come', async () => {
  await message(stack.db, minji.user);
  const stream = await open(minji, { after: '900' });
  await message(stack.db, minji.user);
  expect((await stream.receives(1)).map(({ at }) => at)).toEqual(['2']);
});

test('a token is taken from the header alone; HEAD is answered and holds nothing', async () => {
  expect((await fetch(`${stack.url}/v1/me/events`)).status).toBe(401);
  const inUrl = await fetch(`${stack.url}/v1/me/events?token=${minji.token}`);
  expect(inUrl.status).toBe(401);
  expect((await minji.get(`/v1/me/events?token=${minji.token}`)).status).toBe(400);
  const head = await open(minji, { method: 'HEAD' });
  expect([head.status, await head.ends(2_000)]).toEqual([200, true]);
});

test('cut off at any point, each message comes once and in order; another customer’s never do', async () => {
  const EVENTS = 300;
  const suho = await stack.signIn();
  const other = await open(suho);
  const cuts = fc.sample(fc.integer({ min: 1, max: 6_000 }), { numRuns: 400, seed: 15 });
  const telling = (async () => {
    for (let n = 1; n <= EVENTS; n += 2) {
      await Promise.all([
        topUps(stack.db, [minji.user, suho.user], 1_000 + n),
        topUps(stack.db, [suho.user, minji.user], 1_001 + n),
      ]);
      if (n % 60 === 1) await pause(50);
    }
  })();

  const heard: EventStream['received'] = [];
  let after = '0';
  let connections = 0;
  const all = await until(
    async () => {
      const stream = await EventStream.open(stack.url, minji, {
        after,
        cutAfter: cuts[connections++] ?? 6_000,
      });
      await until(() => stream.closedAt !== undefined || heard.length + stream.received.length >= EVENTS, {
        withinMs: 3_000,
        everyMs: 2,
      });
      stream.close();
      heard.push(...stream.received);
      after = stream.lastEventId ?? after;
      return heard.length >= EVENTS;
    },
    { withinMs: 40_000, everyMs: 0 },
  );
  await telling;
  expect(all).toBe(true);
  expect(connections).toBeGreaterThan(15);
  expect(heard.map(({ at }) => Number(at))).toEqual(Array.from({ length: EVENTS }, (_, i) => i + 1));
  expect(heard.map(({ data }) => data.id)).toEqual(await inbox(stack.db, minji.user));

  const theirs = (await other.receives(EVENTS)).map(({ data }) => data.id);
  expect(theirs).toEqual(await inbox(stack.db, suho.user));
}, 90_000);

test('the connection that hears of messages is killed: they come all the same', async () => {
  const stream = await open(minji);
  for (let round = 1; round <= 3; round++) {
    await stack.db.transaction(async (tx) => {
      const { rows } = await tx.raw<{ rows: object[] }>(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'haru listener live' AND datname = current_database()`,
      );
      expect(rows).toHaveLength(1);
      await message(tx, minji.user);
    });
    await stream.receives(round);
    expect(stream.received).toHaveLength(round);
    await listening();
  }
});

const listening = () =>
  until(
    async () =>
      (await stack
        .db('pg_stat_activity')
        .where({ application_name: 'haru listener live' })
        .whereRaw('datname = current_database()')
        .first('pid')) !== undefined,
    { withinMs: 10_000, everyMs: 20 },
  );

test('nobody says that there is a message: it is found', async () => {
  const stream = await open(minji);
  await stack.db.transaction(async (tx) => {
    await tx.raw('ALTER TABLE notification.messages DISABLE TRIGGER wake_readers');
    await message(tx, minji.user);
    await tx.raw('ALTER TABLE notification.messages ENABLE TRIGGER wake_readers');
  });
  expect(await stream.receives(1, 9_000)).toHaveLength(1);
});

test('a stream ends when its token expires, not before', async () => {
  const { stream, since } = expiring;
  expect(await stream.ends(10_000)).toBe(true);
  expect((stream.closedAt ?? 0) - since).toBeGreaterThanOrEqual(1_000);
});

test('streams are counted apart: how long they take is nobody’s latency', async () => {
  const stream = await open(minji);
  const isOpen = await (await fetch(`${stack.url}/metrics`)).text();
  expect(Number(/^live_streams (\d+)$/m.exec(isOpen)?.[1])).toBeGreaterThan(0);
  stream.close();
  expect((await minji.get('/v1/me/events?lastEventId=x')).status).toBe(400);
  await pause(200);
  const text = await (await fetch(`${stack.url}/metrics`)).text();
  expect(text).toMatch('route="/v1/me/events",status="400"');
  expect(text).not.toMatch('method="GET",route="/v1/me/events",status="200"');
});

test('a stop of the API ends the streams and is held up by none; at the next one they go on, each for its time', async () => {
  await message(stack.db, minji.user);
  const stream = await open(minji, { after: '0' });
  await stream.receives(1);
  const stopped = stack.stopOne('api');
  const late = await openUntilRefused();
  expect(await stopped).toEqual({ code: 0, signal: null });
  expect(late.every((one) => one.status === 503 || one.closedAt !== undefined)).toBe(true);
  expect(stream.closedAt).toBeDefined();
  await message(stack.db, minji.user);

  await stack.start('api', { LIVE_STREAM_SECONDS: '1' });
  await stack.ready();
  const again = await open(minji, { after: stream.lastEventId ?? '' });
  expect((await again.receives(1)).map(({ at }) => at)).toEqual(['2']);
  expect(await again.ends(5_000)).toBe(true);
});

/** Whoever comes while the API stops must not hold it up. */
async function openUntilRefused(): Promise<EventStream[]> {
  const late: EventStream[] = [];
  const asks = () =>
    open(minji).then(
      (stream) => late.push(stream) === 0,
      () => true,
    );
  await until(asks, { withinMs: 3_000, everyMs: 100 });
  return late;
}
