import { LISTENERS } from '../../config';
import { until } from '../../engine/wait';
import { bodyOf, type TestClient } from '../test-client';
import { Fleet } from '../fleet';
import { startStack, type TestStack } from '../test-stack';

let stack: TestStack;
let fleet: Fleet;
let minji: TestClient;
beforeAll(async () => {
  stack = await startStack({ listeners: LISTENERS, only: ['bike', 'billing', 'payment'] });
  fleet = await Fleet.open(stack);
});
beforeEach(async () => {
  minji = await stack.signIn();
});
afterEach(async () => {
  await stack.provider.heal();
});
afterAll(() => stack.stop());

const balance = async (whose = minji): Promise<number> => (await whose.get('/v1/deposits/me')).body.balance;
const giveBack = (rental: string, location: string, who = minji, key?: string) =>
  who.post(`/v1/rentals/${rental}/return`, { location }, key);

test('seed 004: rented, billed, returned elsewhere, and paid from the deposit', async () => {
  await fleet.topUp(minji, 100_000);
  const bike = await fleet.bike('분당_정자역_1구역');

  const rented = await minji.post('/v1/rentals', { bikeId: bike });
  expect([rented.status, rented.body.status, rented.body.bikeId]).toEqual([201, 'RENTED', bike]);
  expect(['PENDING', 'OPEN']).toContain(rented.body.bill.status);
  expect(rented.headers.get('location')).toBe(`/v1/rentals/${rented.body.id}`);
  expect(await fleet.statusOf(bike)).toBe('IN_USE');
  const open = await fleet.billed(minji, rented.body.id, 'OPEN');
  expect(open.bill).toMatchObject({ fee: null, minutes: null, lines: [] });

  const returned = await giveBack(rented.body.id, '분당_정자역_3구역');
  expect([returned.status, returned.body.status, returned.body.endLocation]).toEqual([
    200,
    'RETURNED',
    '분당_정자역_3구역',
  ]);
  expect((await minji.get(`/v1/bikes/${bike}`)).body).toEqual({
    id: bike,
    createdAt: expect.any(String),
    status: 'AVAILABLE',
    location: '분당_정자역_3구역',
    batteryLevel: 90,
  });

  const closed = await fleet.billed(minji, rented.body.id);
  expect(closed.bill).toMatchObject({
    fee: 1_000,
    minutes: 1,
    lines: [{ text: '기본요금 (처음 30분)', quantity: 1, price: 1_000, amount: 1_000 }],
  });
  expect(await balance()).toBe(99_000);
  const { body } = await minji.get('/v1/deposits/me/entries');
  expect(body.data[0]).toMatchObject({
    kind: 'BILL',
    amount: -1_000,
    balance: 99_000,
    reference: rented.body.id,
  });
  const { body: me } = await minji.get('/v1/me');
  expect(me.rentals).toEqual([closed]);
  expect((await minji.get('/v1/rentals')).body.data).toEqual([closed]);
});

test('seed 004: a report is applied and earns points, which become deposit', async () => {
  const manager = await stack.signIn({ roles: ['manager'] });
  const registered = await fleet.admin.post('/v1/managers', { user: manager.user, points: 1_000 });
  expect([registered.status, registered.body]).toEqual([
    201,
    { user: manager.user, points: 1_000, reports: 0, createdAt: expect.any(String) },
  ]);
  const again = () => fleet.admin.post('/v1/managers', { user: manager.user }, 'twice-at-once');
  for (const { body } of await Promise.all([again(), again()])) expect(body.code).toBe('already-registered');

  const bike = await fleet.bike();
  const report = await manager.post(`/v1/bikes/${bike}/reports`, { batteryLevel: 50, usable: true });
  expect([report.status, report.body]).toEqual([
    201,
    {
      id: report.body.id,
      bike: expect.objectContaining({
        id: bike,
        status: 'AVAILABLE',
        location: '분당_정자역_1구역',
        batteryLevel: 50,
      }),
      pointsEarned: 500,
      points: 1_500,
      createdAt: expect.any(String),
    },
  ]);
  const broken = await manager.post(`/v1/bikes/${bike}/reports`, { batteryLevel: 40, usable: false });
  expect(broken.body.bike).toMatchObject({ status: 'BROKEN', batteryLevel: 40 });
  expect((await minji.post('/v1/rentals', { bikeId: bike })).body.code).toBe('bike-unavailable');
  const low = await manager.get('/v1/bikes?batteryBelow=41&status=BROKEN');
  expect(low.body.data.map(({ id }: { id: string }) => id)).toContain(bike);
  expect((await manager.get('/v1/managers/me')).body).toEqual({ points: 2_000, reports: 2 });

  const converted = await manager.post('/v1/managers/me/conversions', { points: 1_000 });
  const { id, createdAt } = converted.body;
  expect([converted.status, converted.body]).toEqual([
    201,
    { id, points: 1_000, deposit: 1_000, pointsLeft: 1_000, balance: 1_000, createdAt },
  ]);
  expect((await manager.get('/v1/managers/me')).body.points).toBe(1_000);
  const depositor = await stack.signIn({ user: manager.user });
  expect(await balance(depositor)).toBe(1_000);
  expect((await depositor.get('/v1/deposits/me/entries')).body.data[0]).toMatchObject({ kind: 'CONVERSION' });
  const { body } = await manager.get('/v1/managers/me/entries');
  expect(body.data.map(({ kind, points }: { kind: string; points: number }) => [kind, points])).toEqual([
    ['CONVERSION', -1_000],
    ['REPORT', 500],
    ['REPORT', 500],
    ['OPENING', 1_000],
  ]);
  const none = await manager.post('/v1/managers/me/conversions', { points: 1_001 });
  expect([none.status, none.body.code]).toEqual([409, 'not-enough-points']);
});

test('whoever no admin has registered reports nothing, and earns nothing', async () => {
  const stranger = await stack.signIn({ roles: ['manager'] });
  const bike = await fleet.bike();
  const refused = await fleet.report(stranger, bike, false);
  expect([refused.status, refused.body.code]).toEqual([403, 'not-registered']);
  expect(await fleet.statusOf(bike)).toBe('AVAILABLE');
  expect((await stranger.get('/v1/managers/me')).body).toEqual({ points: 0, reports: 0 });
  bodyOf(await fleet.admin.post('/v1/managers', { user: stranger.user }), 201);
  expect((await fleet.report(stranger, bike, false)).body.pointsEarned).toBe(500);
});

test('a manager earns 10,000 points a day by reports; those beyond it count all the same', async () => {
  const [manager, bike] = [await fleet.manager(), await fleet.bike()];
  for (let i = 0; i < 20; i++)
    expect(bodyOf(await fleet.report(manager, bike, true), 201).pointsEarned).toBe(500);
  const { body } = await fleet.report(manager, bike, false);
  expect([body.bike.status, body.pointsEarned, body.points]).toEqual(['BROKEN', 0, 10_000]);
  expect((await manager.get('/v1/managers/me')).body).toEqual({ points: 10_000, reports: 21 });
  const before = stack.db('bike.reports').where({ manager: manager.user });
  await before.update({ at: stack.db.raw(`date_trunc('day', now(), 'Asia/Seoul') - interval '1 second'`) });
  expect((await fleet.report(manager, bike, true)).body.pointsEarned).toBe(500);
});

test('a customer has five bikes at most', async () => {
  const rentals: string[] = [];
  for (let i = 0; i < 5; i++) rentals.push(await fleet.rent(minji, await fleet.bike()));
  const sixth = await fleet.bike();
  const refused = await minji.post('/v1/rentals', { bikeId: sixth });
  expect([refused.status, refused.body.code]).toEqual([409, 'too-many-bikes']);
  expect(await fleet.statusOf(sixth)).toBe('AVAILABLE');
  expect((await giveBack(rentals[0] as string, '판교')).status).toBe(200);
  await fleet.rent(minji, sixth);
});

test('a report on a bike in use takes effect on its status when it comes back', async () => {
  const manager = await fleet.manager();
  const bike = await fleet.bike();
  const rental = await fleet.rent(minji, bike);
  const { body } = await manager.post(`/v1/bikes/${bike}/reports`, { batteryLevel: 10, usable: false });
  expect(body.bike).toMatchObject({ status: 'IN_USE', batteryLevel: 10 });
  expect((await giveBack(rental, '판교')).status).toBe(200);
  expect(await fleet.statusOf(bike)).toBe('BROKEN');
});

test('too little deposit: the bill stands unpaid, nothing is rented until a top-up has settled it', async () => {
  await fleet.topUp(minji, 1_000);
  const [first, second] = [await fleet.bike(), await fleet.bike()];
  const paid = await fleet.rent(minji, first);
  const unpaid = await fleet.rent(minji, second);
  expect((await giveBack(paid, '판교')).status).toBe(200);
  await fleet.billed(minji, paid);
  expect((await giveBack(unpaid, '판교')).status).toBe(200);
  await fleet.billed(minji, unpaid, 'UNPAID');

  const refused = await minji.post('/v1/rentals', { bikeId: first });
  expect([refused.status, refused.body.code]).toEqual([402, 'unpaid-bill']);
  await fleet.topUp(minji, 1_000);
  const closed = await fleet.billed(minji, unpaid);
  expect(closed.bill.fee).toBe(1_000);
  expect(await balance()).toBe(0);
  await fleet.rent(minji, first);
  const told = async () =>
    ((await minji.get('/v1/me/messages')).body.data as { event: string }[])
      .map(({ event }) => event)
      .reverse();
  expect(await until(async () => (await told()).length === 10, { withinMs: 5_000 })).toBe(true);
  expect((await told()).filter((event) => event.startsWith('billing.'))).toEqual([
    'billing.closed',
    'billing.unpaid',
    'billing.closed',
  ]);
});

test('a bike that is out cannot be rented; an admin forces a return', async () => {
  const bike = await fleet.bike();
  const rental = await fleet.rent(minji, bike);
  const suho = await stack.signIn();
  expect((await suho.post('/v1/rentals', { bikeId: bike })).body.code).toBe('bike-unavailable');
  const forced = await giveBack(rental, '차고', fleet.admin);
  expect([forced.status, forced.body.endLocation]).toEqual([200, '차고']);
  const again = await giveBack(rental, '판교');
  expect([again.status, again.body.code]).toEqual([409, 'already-returned']);
});

test('one key rents once, and returns once', async () => {
  const bike = await fleet.bike();
  const rents = await Promise.all([1, 2, 3].map(() => minji.post('/v1/rentals', { bikeId: bike }, 'mine')));
  expect(new Set(rents.map(({ body }) => body.id)).size).toBe(1);
  const id = rents[0]?.body.id as string;
  const back = await Promise.all([1, 2, 3].map(() => giveBack(id, '판교', minji, 'back')));
  expect(back.map(({ status }) => status)).toEqual([200, 200, 200]);
});

test('a rental tells its steps', async () => {
  await fleet.topUp(minji, 1_000);
  const rental = await fleet.rent(minji, await fleet.bike());
  await giveBack(rental, '판교');
  await fleet.billed(minji, rental);
  const { body } = await minji.get(`/v1/rentals/${rental}/progress`);
  expect(body.steps.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`)).toEqual([
    'claim DONE',
    'open the bill DONE',
    'wait for the return DONE',
    'take it back DONE',
    'assess the fee DONE',
    'take the fee DONE',
    'close the bill DONE',
  ]);
});

test('a rented bike is not removed; a returned one is, and is gone', async () => {
  const bikeId = await fleet.bike();
  const rental = await fleet.rent(minji, bikeId);
  const remove = () => fleet.admin.call('DELETE', `/v1/bikes/${bikeId}`);
  const refused = await remove();
  expect([refused.status, refused.body.code]).toEqual([409, 'bike-rented']);
  await fleet.bringBack(minji, rental);
  expect((await remove()).status).toBe(204);
  expect([(await minji.get(`/v1/bikes/${bikeId}`)).status, (await remove()).status]).toEqual([404, 404]);
  const { status, body } = await (await stack.signIn()).post('/v1/rentals', { bikeId });
  expect([status, body.code]).toEqual([422, 'unknown-bike']);
});
