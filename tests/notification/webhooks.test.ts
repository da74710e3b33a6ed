import { webhookSender } from '../../activities/notification/webhooks';
import { LISTENERS, SERVICES } from '../../config';
import { until } from '../../engine/wait';
import type { TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';
import { become, deliveriesOf, failedTries, hasten, tell } from './post';
import { Receiver } from './receiver';

const PATH = '/v1/operations/webhooks';

let stack: TestStack;
let admin: TestClient;
const receivers: Receiver[] = [];
beforeAll(async () => {
  stack = await startStack({
    listeners: LISTENERS,
    without: [...SERVICES, 'views'],
    // One event is meant to be too much for it.
    quiet: true,
    env: { WEBHOOK_ALLOW_PRIVATE: 'true' },
  });
  admin = await stack.signIn({ roles: ['admin'] });
});
afterEach(async () => {
  const { body } = await admin.get(`${PATH}?limit=100`);
  for (const { id } of body.data) await admin.call('DELETE', `${PATH}/${id}`);
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});
afterAll(() => stack.stop());

/** A receiver that is registered for these events, or all. */
async function registered(events?: string[]): Promise<{ receiver: Receiver; id: string; secret: string }> {
  const receiver = await Receiver.open();
  receivers.push(receiver);
  const { status, body } = await admin.post(PATH, { url: receiver.url, ...(events && { events }) });
  expect(status).toBe(201);
  return { receiver, id: body.id, secret: body.secret };
}

const ids = (receiver: Receiver, secret: string) =>
  receiver
    .events(secret)
    .map(({ id }) => id)
    .sort();
const takes = (receiver: Receiver, events: number) =>
  until(() => receiver.taken.length >= events, { withinMs: 20_000, everyMs: 20 });

test('an endpoint is told of every event from its registration on, whoever it concerns, signed', async () => {
  const [before] = await tell(stack, { type: 'payment.captured' });
  const { receiver, id, secret } = await registered();
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const told = [
    ...(await tell(stack, {
      type: 'movie.held',
      subject: 'bkg_1',
      customer: 'u-minji',
      data: { seats: ['1A'] },
    })),
    ...(await tell(stack, { type: 'boxoffice.issued', subject: 'bkg_1' })),
    ...(await tell(stack, { type: 'payment.topped-up', customer: 'u-minji' })),
  ];
  expect(await takes(receiver, 3)).toBe(true);
  expect(ids(receiver, secret)).toEqual([...told].sort());
  expect(await deliveriesOf(stack, before!)).toEqual([]);

  const [delivery] = await become(stack, told[0]!, 'SENT');
  const got = receiver.taken.find(({ headers }) => headers['webhook-id'] === delivery!.id)!;
  expect(got.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
  expect(JSON.parse(got.body)).toEqual({
    specversion: '1.0',
    id: told[0],
    source: '/movie',
    type: 'haru.movie.held.v1',
    subject: 'bkg_1',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    datacontenttype: 'application/json',
    customer: 'u-minji',
    data: { seats: ['1A'] },
  });
  const other = await registered();
  expect(() => receiver.events(other.secret)).toThrow('No matching signature');
  const { body } = await admin.get('/v1/operations/deliveries?channel=WEBHOOK&status=SENT');
  expect(body.data.map(({ to, eventId }: any) => [to, eventId])).toContainEqual([id, told[0]]);
});

test('one that names events gets those alone; one that is removed gets no more', async () => {
  const { receiver, id, secret } = await registered(['payment.captured', 'payment.refunded']);
  const all = await registered();
  const told = await tell(
    stack,
    ...['payment.captured', 'payment.charge-sent', 'payment.refunded'].map((type) => ({ type })),
  );
  expect(await takes(receiver, 2)).toBe(true);
  expect(await takes(all.receiver, 3)).toBe(true);
  expect(ids(receiver, secret)).toEqual([told[0], told[2]]);

  expect((await admin.call('DELETE', `${PATH}/${id}`)).status).toBe(204);
  expect((await admin.call('DELETE', `${PATH}/${id}`)).status).toBe(404);
  await tell(stack, { type: 'payment.captured' });
  expect(await takes(all.receiver, 4)).toBe(true);
  expect(receiver.taken).toHaveLength(2);
});

test('where an order goes is told to who asked for it by name alone', async () => {
  const named = await registered(['food.ordered']);
  const all = await registered();
  await tell(stack, {
    type: 'food.ordered',
    subject: 'ord_1',
    data: { address: '여의도동 1', totalPrice: 9_000 },
  });
  for (const [{ receiver }, data] of [
    [named, { address: '여의도동 1', totalPrice: 9_000 }],
    [all, { totalPrice: 9_000 }],
  ] as const) {
    expect(await takes(receiver, 1)).toBe(true);
    expect((JSON.parse(receiver.taken[0]?.body ?? '') as { data: object }).data).toEqual(data);
  }
});

test('where http is refused, what was registered before is not sent over it', async () => {
  const { id, receiver } = await registered(['payment.refunded']);
  const send = webhookSender(stack.db, { allowPrivate: true, allowPlain: false });
  const delivery = { id: 'dlv_1', recipient: id, content: {} } as Parameters<typeof send>[0];
  await expect(send(delivery, AbortSignal.timeout(5_000))).rejects.toThrow('http is not encrypted');
  expect(receiver.taken).toEqual([]);
});

test('an endpoint that fails for a while gets every event afterwards, each once', async () => {
  const { receiver, secret } = await registered();
  receiver.answer = { status: 503 };
  const told: string[] = [];
  for (let n = 0; n < 10; n++)
    told.push(...(await tell(stack, { type: 'payment.captured', subject: `chg_${n}` })));
  for (const id of told) expect(await failedTries(stack, id, 1)).toBe(true);
  expect(await deliveriesOf(stack, told[0]!)).toMatchObject([
    { status: 'PENDING', last_error: 'the endpoint answered 503' },
  ]);
  receiver.answer = { status: 204 };
  await hasten(stack);
  for (const id of told) await become(stack, id, 'SENT');
  expect(ids(receiver, secret)).toEqual([...told].sort());
});

test('an endpoint that says nothing does not hold up another', async () => {
  const dead = await registered();
  dead.receiver.answer = undefined;
  const { receiver, secret } = await registered();
  const events = Array.from({ length: 60 }, (_, n) => ({ type: 'payment.captured', subject: `chg_${n}` }));
  const told = await tell(stack, ...events);
  expect(await until(() => receiver.taken.length === 60, { withinMs: 8_000, everyMs: 20 })).toBe(true);
  expect(ids(receiver, secret)).toEqual([...told].sort());
  // The dead one has as many requests under way as it has lanes.
  expect(dead.receiver.requests).toBeLessThanOrEqual(4);
  expect(dead.receiver.requests).toBeGreaterThan(0);
});

test('a redirect is not followed', async () => {
  const elsewhere = await Receiver.open();
  receivers.push(elsewhere);
  const { receiver } = await registered();
  receiver.answer = { status: 307, headers: { Location: elsewhere.url } };
  const [id] = await tell(stack, { type: 'payment.captured' });
  expect(await failedTries(stack, id!, 1)).toBe(true);
  expect(await deliveriesOf(stack, id!)).toMatchObject([{ last_error: 'the endpoint answered 307' }]);
  expect(elsewhere.connections).toBe(0);
});

test('of a batch that is rolled back for one of its events, the others go out, each once', async () => {
  const { receiver, secret } = await registered();
  const [one, bad, two] = await tell(
    stack,
    { type: 'payment.captured', subject: 'chg_1' },
    { type: 'payment.unheard-of', subject: 'chg_2' },
    { type: 'payment.captured', subject: 'chg_3' },
  );
  for (const id of [one, two]) expect(await become(stack, id!, 'SENT')).toHaveLength(1);
  expect(ids(receiver, secret)).toEqual([one, two]);
  expect(await deliveriesOf(stack, bad!)).toEqual([]);
  const parked = await stack.db('notification.parked_events').select('consumer', 'subject');
  expect(parked).toEqual([{ consumer: 'webhooks', subject: 'chg_2' }]);
});

test('what a process was sending when it was killed goes out by the next one, under the same id', async () => {
  const { receiver, secret } = await registered();
  receiver.answer = undefined;
  const [id] = await tell(stack, { type: 'payment.captured' });
  expect(await until(() => receiver.requests === 1, { withinMs: 10_000 })).toBe(true);
  await stack.kill('notification');
  receiver.answer = { status: 204 };
  await stack.db.raw(
    "UPDATE notification_jobs._private_jobs SET locked_at = locked_at - interval '61 s' WHERE locked_at IS NOT NULL",
  );
  const [meanwhile] = await tell(stack, { type: 'payment.refunded' });
  const late = await registered();
  const [after] = await tell(stack, { type: 'payment.topped-up' });
  await stack.follow(['notification']);
  const [delivery] = await become(stack, id!, 'SENT');
  for (const told of [meanwhile, after]) await become(stack, told!, 'SENT');
  expect(ids(receiver, secret)).toEqual([id, meanwhile, after].sort());
  expect(receiver.taken.map(({ headers }) => headers['webhook-id'])).toContain(delivery!.id);
  expect(receiver.requests).toBe(4);
  // Who was registered while nobody read is not told of what had happened before.
  expect(ids(late.receiver, late.secret)).toEqual([after]);
});

test('an endpoint is registered once for a key, and its secret is shown once', async () => {
  const url = 'https://example.com/hook';
  const body = { url, events: ['movie.booked'] };
  const made = await admin.post(PATH, body, 'the-same');
  expect(made.status).toBe(201);
  expect((await admin.post(PATH, body, 'the-same')).body).toEqual(made.body);
  const { secret, ...shown } = made.body;
  expect(secret).toMatch(/^whsec_/);
  expect((await admin.get(PATH)).body).toEqual({ data: [shown], nextCursor: null });
  expect((await admin.get(made.headers.get('location')!)).body).toEqual(shown);
});

test('a paused endpoint is told nothing of what happens meanwhile, and goes on afterwards', async () => {
  const { receiver, id, secret } = await registered(['movie.held']);
  const paused = await admin.call('PATCH', `${PATH}/${id}`, { paused: true });
  expect([paused.status, paused.body.paused]).toEqual([200, true]);
  const [meanwhile] = await tell(stack, { type: 'movie.held' });
  const [seen] = await tell(stack, { type: 'payment.captured' });
  const other = await registered(['payment.captured']);
  const [later] = await tell(stack, { type: 'payment.captured' });
  await become(stack, later!, 'SENT');
  expect((await admin.call('PATCH', `${PATH}/${id}`, { paused: false })).body.paused).toBe(false);
  const [after] = await tell(stack, { type: 'movie.held' });
  expect(await takes(receiver, 1)).toBe(true);
  expect(ids(receiver, secret)).toEqual([after]);
  for (const event of [meanwhile, seen]) expect(await deliveriesOf(stack, event!)).toEqual([]);
  expect(ids(other.receiver, other.secret)).toEqual([later]);
});

test('an endpoint is led elsewhere and chooses other events; what is wrong changes nothing', async () => {
  const { id } = await registered(['movie.held']);
  const change = (body: object) => admin.call('PATCH', `${PATH}/${id}`, body);
  expect((await change({ events: ['movie.booked'] })).body.events).toEqual(['movie.booked']);
  expect((await change({ events: null })).body.events).toBeNull();
  for (const body of [{ events: [] }, { url: 'ftp://x' }, { secret: 'mine' }, { paused: 'yes' }])
    expect([body, (await change(body)).status]).toEqual([body, 400]);
  expect((await admin.get(`${PATH}/${id}`)).body).toMatchObject({ events: null, paused: false });
});

test('after a change of the secret both sign for a day', async () => {
  const { receiver, id, secret } = await registered(['movie.held']);
  const rotated = await admin.post(`${PATH}/${id}/rotate`, {}, 'once');
  const again = await admin.post(`${PATH}/${id}/rotate`, {}, 'once');
  expect([rotated.status, rotated.body.secret === secret]).toEqual([200, false]);
  expect(again.body.secret).toBe(rotated.body.secret);
  const [told] = await tell(stack, { type: 'movie.held' });
  expect(await takes(receiver, 1)).toBe(true);
  for (const one of [secret, rotated.body.secret as string]) expect(ids(receiver, one)).toEqual([told]);
  await stack
    .db('notification.endpoints')
    .where({ id })
    .update({ old_secret_until: stack.db.raw("now() - interval '1 second'") });
  await tell(stack, { type: 'movie.held' });
  expect(await takes(receiver, 2)).toBe(true);
  expect(ids(receiver, rotated.body.secret as string)).toHaveLength(2);
  expect(() => receiver.events(secret)).toThrow();
});

test('a trial event goes out once for a key, also to a paused endpoint', async () => {
  const { receiver, id, secret } = await registered(['movie.held']);
  await admin.call('PATCH', `${PATH}/${id}`, { paused: true });
  const sent = await admin.post(`${PATH}/${id}/test`, {}, 'one-trial');
  expect([sent.status, sent.body.event, sent.body.to]).toEqual([202, 'webhook.test', id]);
  await admin.post(`${PATH}/${id}/test`, {}, 'one-trial');
  expect(await takes(receiver, 1)).toBe(true);
  await become(stack, sent.body.eventId as string, 'SENT');
  expect(receiver.events(secret)).toMatchObject([{ id: sent.body.eventId, type: 'haru.webhook.test.v1' }]);
  expect(await deliveriesOf(stack, sent.body.eventId as string)).toHaveLength(1);
});
