import { LISTENERS } from '../../config';
import { until } from '../../engine/wait';
import { card } from '../cinema';
import type { TestClient } from '../test-client';
import { Fleet } from '../fleet';
import { startStack, type TestStack } from '../test-stack';

let stack: TestStack;
let fleet: Fleet;
let minji: TestClient;
beforeAll(async () => {
  stack = await startStack({ listeners: LISTENERS, only: ['kickboard', 'payment'] });
  fleet = await Fleet.open(stack);
});
beforeEach(async () => {
  minji = await stack.signIn();
});
afterEach(async () => {
  await stack.provider.heal();
});
afterAll(() => stack.stop());

const buy = (type: string, token = 'tok_ok', key?: string) =>
  minji.post('/v1/passes', { type, payment: card(token) }, key);
const giveBack = (ride: string, location = '판교', who = minji) =>
  who.post(`/v1/rides/${ride}/return`, { location });
const pass = async (id: string) => (await minji.get(`/v1/passes/${id}`)).body;

test('seed 000: a pass is bought, a kickboard ridden for 60 minutes on it, and the pass is used', async () => {
  const bought = await buy('1');
  expect([bought.status, bought.body]).toEqual([
    201,
    {
      id: bought.body.id,
      createdAt: bought.body.createdAt,
      type: '1',
      price: 1_000,
      status: 'AVAILABLE',
      ridesTotal: 1,
      ridesLeft: 1,
      payment: { id: bought.body.payment.id, status: 'CAPTURED', method: 'card' },
    },
  ]);
  const statement = await stack.provider.statementOf(bought.body.id);
  expect(statement.map(({ kind, amount }) => [kind, amount])).toEqual([['capture', 1_000]]);

  const registered = await fleet.admin.post('/v1/kickboards', { location: '정자역' });
  const kickboardId = registered.body.id as string;
  expect(registered.body).toMatchObject({ id: kickboardId, status: 'REGISTERED', location: '정자역' });

  const rented = await minji.post('/v1/rides', { kickboardId, passId: bought.body.id, minutes: 60 });
  expect([rented.status, rented.body.status]).toEqual([201, 'RENTED']);
  expect(Date.parse(rented.body.dueAt) - Date.parse(rented.body.startedAt)).toBe(60 * 60_000);
  expect(await fleet.statusOf(kickboardId)).toBe('RENTED');
  expect(await pass(bought.body.id)).toMatchObject({ status: 'USED', ridesLeft: 0 });
  expect((await minji.get('/v1/passes')).body.data[0]).toMatchObject({ status: 'USED', ridesLeft: 0 });

  const returned = await giveBack(rented.body.id, '미금역');
  expect([returned.status, returned.body.status, returned.body.location]).toEqual([
    200,
    'RETURNED',
    '미금역',
  ]);
  expect((await minji.get(`/v1/kickboards/${kickboardId}`)).body).toEqual({
    id: kickboardId,
    createdAt: registered.body.createdAt,
    status: 'RETURNED',
    location: '미금역',
    batteryLevel: 100,
  });
  const again = await minji.post('/v1/rides', { kickboardId, passId: bought.body.id });
  expect([again.status, again.body.code]).toEqual([409, 'pass-not-available']);

  const events = async () =>
    ((await minji.get('/v1/me/messages')).body.data as { event: string }[])
      .map(({ event }) => event)
      .reverse();
  const all = ['kickboard.pass-bought', 'kickboard.rented', 'kickboard.returned'];
  expect(await until(async () => (await events()).length === all.length, { withinMs: 5_000 })).toBe(true);
  expect(await events()).toEqual(all);
  const { body: me } = await minji.get('/v1/me');
  expect([me.passes.length, me.rides.length, me.rides[0].id]).toEqual([1, 1, rented.body.id]);
});

test('a pass for two rides is good for two, one after the other', async () => {
  const [first, second] = [await fleet.kickboard(), await fleet.kickboard()];
  const two = await fleet.pass(minji, '2');
  const ride = await fleet.ride(minji, first, two);
  expect(await pass(two)).toMatchObject({ status: 'AVAILABLE', ridesLeft: 1 });
  const meanwhile = await minji.post('/v1/rides', { kickboardId: second, passId: two });
  expect([meanwhile.status, meanwhile.body.code]).toEqual([409, 'pass-not-available']);
  await giveBack(ride);
  await fleet.ride(minji, second, two);
  expect(await pass(two)).toMatchObject({ status: 'USED', ridesLeft: 0 });
});

test.each([
  ['tok_declined', 402, 'payment-declined', ''],
  ['tok_lost', 503, 'payment-unavailable', 'capture,refund'],
  ['tok_slow', 503, 'payment-unavailable', 'capture,refund'],
  ['tok_error_after', 503, 'payment-unavailable', 'capture,refund'],
])('not paid, no pass: %s', async (token, status, code, lines) => {
  const refused = await buy('1', token);
  expect([refused.status, refused.body.code]).toEqual([status, code]);
  const { body } = await minji.get('/v1/passes');
  expect(body.data).toMatchObject([{ status: 'FAILED', payment: { status: 'NONE' }, reason: code }]);
  const statement = async () =>
    (await stack.provider.statementOf(body.data[0].id as string)).map(({ kind }) => kind).join();
  expect(await until(async () => (await statement()) === lines, { withinMs: 20_000 })).toBe(true);
  const kickboardId = await fleet.kickboard();
  const ride = await minji.post('/v1/rides', { kickboardId, passId: body.data[0].id });
  expect([ride.status, ride.body.code]).toEqual([409, 'pass-not-available']);
});

test('a pass is paid from the deposit, or not at all', async () => {
  const byDeposit = () => minji.post('/v1/passes', { type: '2', payment: { method: 'deposit' } });
  expect((await byDeposit()).body.code).toBe('payment-declined');
  await fleet.topUp(minji, 2_000);
  expect((await byDeposit()).body).toMatchObject({ status: 'AVAILABLE', price: 2_000, ridesLeft: 2 });
  expect((await minji.get('/v1/deposits/me')).body.balance).toBe(0);
});

test('a rented kickboard is not deleted; a returned one is, and is gone', async () => {
  const kickboardId = await fleet.kickboard();
  const ride = await fleet.ride(minji, kickboardId, await fleet.pass(minji));
  const remove = () => fleet.admin.call('DELETE', `/v1/kickboards/${kickboardId}`);
  const refused = await remove();
  expect([refused.status, refused.body.code]).toEqual([409, 'kickboard-rented']);
  await giveBack(ride);
  expect((await remove()).status).toBe(204);
  expect((await minji.get(`/v1/kickboards/${kickboardId}`)).status).toBe(404);
  const { status, body } = await minji.post('/v1/rides', { kickboardId, passId: await fleet.pass(minji) });
  expect([status, body.code]).toEqual([422, 'unknown-kickboard']);
  expect((await remove()).status).toBe(404);
});

test('another customer’s pass is unknown, their kickboard taken; an admin forces a return', async () => {
  const kickboardId = await fleet.kickboard();
  const mine = await fleet.pass(minji);
  const ride = await fleet.ride(minji, kickboardId, mine);
  const suho = await stack.signIn();
  const other = await suho.post('/v1/rides', { kickboardId: await fleet.kickboard(), passId: mine });
  expect([other.status, other.body.code]).toEqual([422, 'unknown-pass']);
  const taken = await suho.post('/v1/rides', { kickboardId, passId: await fleet.pass(suho) });
  expect([taken.status, taken.body.code]).toEqual([409, 'kickboard-unavailable']);

  const { body: list } = await fleet.admin.get(`/v1/rides?kickboardId=${kickboardId}&status=RENTED`);
  expect(list.data.map(({ id }: { id: string }) => id)).toEqual([ride]);
  expect((await giveBack(ride, '차고', fleet.admin)).status).toBe(200);
  const again = await giveBack(ride);
  expect([again.status, again.body.code]).toEqual([409, 'already-returned']);
});

test('one key buys one pass and begins one ride', async () => {
  const bought = await Promise.all([1, 2, 3].map(() => buy('1', 'tok_ok', 'mine')));
  expect(new Set(bought.map(({ body }) => body.id)).size).toBe(1);
  const order = { kickboardId: await fleet.kickboard(), passId: bought[0]?.body.id as string };
  const rides = await Promise.all([1, 2, 3].map(() => minji.post('/v1/rides', order, 'ride')));
  expect(rides.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(new Set(rides.map(({ body }) => body.id)).size).toBe(1);
});

test('a ride and a purchase tell their steps', async () => {
  const bought = await fleet.pass(minji);
  const ride = await fleet.ride(minji, await fleet.kickboard(), bought);
  await giveBack(ride);
  const steps = async (of: string) =>
    ((await minji.get(`/v1/${of}/progress`)).body.steps as { name: string; state: string }[]).map(
      ({ name, state }) => `${name} ${state}`,
    );
  expect(await steps(`passes/${bought}`)).toEqual(['open the pass DONE', 'charge DONE', 'confirm DONE']);
  expect(await steps(`rides/${ride}`)).toEqual([
    'claim DONE',
    'wait for the return DONE',
    'take it back DONE',
  ]);
});
