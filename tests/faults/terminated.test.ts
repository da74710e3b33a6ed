import { until } from '../../engine/wait';
import { card, Cinema } from '../cinema';
import { Fleet } from '../fleet';
import { Kitchen } from '../kitchen';
import type { TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';
import { ticketIssued } from './rest';

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({
    apart: ['payment'],
    env: { RECOVER_EVERY_SECONDS: '1', RECOVER_AFTER_SECONDS: '4', OPERATOR_AFTER_SECONDS: '1' },
  });
});
afterEach(() => stack.provider.heal());
afterAll(() => stack.stop());

/** Waits until a row of that customer is there. @returns the id of what it is about */
async function begun(table: string, where: object): Promise<string> {
  const row = () => stack.db(`payment.${table}`).where(where).first<{ key: string } | undefined>('key');
  expect(await until(async () => (await row()) !== undefined, { withinMs: 5_000, everyMs: 10 })).toBe(true);
  return (await row())!.key.split('/')[0]!;
}

const terminate = async (id: string) => (await stack.temporal).workflow.getHandle(id).terminate();

/** Waits until nothing of it is kept. */
async function givenBack(id: string): Promise<void> {
  const back = async () =>
    (await stack.provider.statementOf(id)).length > 0 && (await stack.provider.netOf(id)) === 0;
  expect(await until(back, { withinMs: 40_000, everyMs: 100 })).toBe(true);
}

async function becomes(id: string, status: string, things = 'bookings'): Promise<void> {
  const admin = await stack.signIn({ roles: ['admin'] });
  const is = async () => (await admin.get(`/v1/${things}/${id}`)).body.status === status;
  expect(await until(is, { withinMs: 40_000, everyMs: 100 })).toBe(true);
}

const balance = async (customer: TestClient) =>
  (await customer.get('/v1/deposits/me')).body.balance as number;

async function revived(id: string): Promise<void> {
  const { workflow } = await stack.temporal;
  const runs = async () => (await workflow.getHandle(id).describe()).status.name === 'RUNNING';
  expect(await until(runs, { withinMs: 40_000, everyMs: 100 })).toBe(true);
}

test('terminated while the charge is under way: 503, the seat is free, the money goes back', async () => {
  const [cinema, minji] = await Promise.all([Cinema.open(stack), stack.signIn()]);
  await stack.provider.faults({ latencyMs: [500, 500] });
  const answer = cinema.book(minji, ['1A']);
  const id = await begun('charges', { customer: minji.user });
  await terminate(id);
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([503, 'movie-unavailable']);
  expect((await minji.get(`/v1/bookings/${id}`)).body.status).toBe('FAILED');
  expect(await cinema.seat('1A')).toBe('FREE');
  await givenBack(id);
});

test('terminated while the charge is under way, and so is the API: the booking fails, the money goes back', async () => {
  const [cinema, minji] = await Promise.all([Cinema.open(stack), stack.signIn()]);
  await stack.provider.faults({ latencyMs: [500, 500] });
  const answer = cinema.book(minji, ['1A']).catch(() => undefined);
  const id = await begun('charges', { customer: minji.user });
  await stack.kill('api');
  await terminate(id);
  await answer;
  await stack.start('api');
  await stack.ready();
  await becomes(id, 'FAILED');
  await givenBack(id);
});

test('a booking whose workflow is terminated goes on: it is collected, or cancelled', async () => {
  const [cinema, minji, staff] = await Promise.all([
    Cinema.open(stack),
    stack.signIn(),
    stack.signIn({ roles: ['staff'] }),
  ]);
  const ids = await Promise.all([cinema.booked(minji, ['1A']), cinema.booked(minji, ['1B'])]);
  await Promise.all(ids.map((id) => ticketIssued(stack, id)));
  await Promise.all(ids.map(terminate));
  await Promise.all(ids.map(revived));
  expect((await staff.post(`/v1/bookings/${ids[0]}/collect`)).body.status).toBe('COLLECTED');
  expect((await minji.post(`/v1/bookings/${ids[1]}/cancel`)).body.status).toBe('CANCELLED');
});

test('terminated in the middle of a refund: 503, and what went back is cancelled', async () => {
  const [cinema, minji] = await Promise.all([Cinema.open(stack), stack.signIn()]);
  const id = await cinema.booked(minji, ['1A']);
  await stack.provider.faults({ latencyMs: [500, 500] });
  const answer = minji.post(`/v1/bookings/${id}/cancel`);
  await begun('refunds', { charge_key: `${id}/charge` });
  await terminate(id);
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([503, 'movie-unavailable']);
  await becomes(id, 'CANCELLED');
  await givenBack(id);
});

test('what is parked is decided on though its workflow was terminated', async () => {
  const [cinema, minji, admin] = await Promise.all([
    Cinema.open(stack),
    stack.signIn(),
    stack.signIn({ roles: ['admin'] }),
  ]);
  await stack.provider.faults({ errorAfterRate: 1 });
  expect((await cinema.book(minji, ['1A'], { method: 'card', token: 'tok_norefund' })).status).toBe(503);
  const parked = () =>
    stack
      .db('payment.parked')
      .where({ state: 'NEEDS_OPERATOR' })
      .first<{ id: string; business_id: string } | undefined>('id', 'business_id');
  expect(await until(async () => (await parked()) !== undefined, { withinMs: 30_000 })).toBe(true);
  const { id, business_id: booking } = (await parked())!;
  await terminate(booking);
  const decided = await admin.post(`/v1/operations/parked/${id}/write-off`, { reason: 'paid in cash' });
  expect([decided.status, decided.body.state]).toEqual([200, 'WRITTEN_OFF']);
});

test('a ride whose workflow is terminated goes on: the kickboard is given back', async () => {
  const [fleet, minji] = await Promise.all([Fleet.open(stack), stack.signIn()]);
  const pass = await fleet.pass(minji);
  const ride = await fleet.ride(minji, await fleet.kickboard(), pass, 60);
  const before = (await minji.get(`/v1/rides/${ride}`)).body;
  await terminate(ride);
  await revived(ride);
  expect((await minji.get(`/v1/rides/${ride}`)).body).toEqual(before);
  expect((await fleet.bringBack(minji, ride)).body.status).toBe('RETURNED');
  expect((await minji.get(`/v1/passes/${pass}`)).body).toMatchObject({ status: 'USED', ridesLeft: 0 });
});

test('a pass whose workflow is terminated while the charge is under way: 503, and the money goes back', async () => {
  const minji = await stack.signIn();
  await stack.provider.faults({ latencyMs: [500, 500] });
  const answer = minji.post('/v1/passes', { type: '1', payment: card() });
  const id = await begun('charges', { customer: minji.user });
  await terminate(id);
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([503, 'kickboard-unavailable']);
  expect((await minji.get(`/v1/passes/${id}`)).body.status).toBe('FAILED');
  await givenBack(id);
});

test('a rental whose workflow is terminated goes on: the bike is given back, and billed once', async () => {
  const [fleet, minji] = await Promise.all([Fleet.open(stack), stack.signIn()]);
  await fleet.topUp(minji, 10_000);
  const rental = await fleet.rent(minji, await fleet.bike());
  await terminate(rental);
  await revived(rental);
  expect((await fleet.bringBack(minji, rental)).body.status).toBe('RETURNED');
  const { bill } = await fleet.billed(minji, rental);
  expect(await balance(minji)).toBe(10_000 - bill.fee);
});

test('a rental that is back, and terminated before its bill is paid, is paid by the next top-up', async () => {
  const [fleet, minji] = await Promise.all([Fleet.open(stack), stack.signIn()]);
  const rental = await fleet.rent(minji, await fleet.bike());
  expect((await fleet.bringBack(minji, rental)).body.status).toBe('RETURNED');
  const { bill } = await fleet.billed(minji, rental, 'UNPAID');
  await terminate(rental);
  await revived(rental);
  await fleet.topUp(minji, 10_000);
  await fleet.billed(minji, rental);
  expect(await balance(minji)).toBe(10_000 - bill.fee);
});

test('a top-up that is terminated while the charge is under way: 503, and the money goes back', async () => {
  const minji = await stack.signIn();
  await stack.provider.faults({ latencyMs: [500, 500] });
  const answer = minji.post('/v1/deposits/top-ups', { amount: 7_000, payment: card() });
  const id = await begun('charges', { customer: minji.user });
  await terminate(id);
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([503, 'payment-unavailable']);
  await givenBack(id);
  expect(await balance(minji)).toBe(0);
});

test('a conversion that is terminated while payment is down: 503, and the points are given back', async () => {
  const fleet = await Fleet.open(stack);
  const manager = await fleet.manager(1_000);
  await stack.kill('worker payment');
  const answer = manager.post('/v1/managers/me/conversions', { points: 1_000 });
  const taken = stack.db('bike.conversions').where({ manager: manager.user, status: 'TAKEN' });
  const isTaken = async () => (await taken.clone().pluck<string[]>('id')).length === 1;
  expect(await until(isTaken, { withinMs: 5_000, everyMs: 10 })).toBe(true);
  await terminate((await taken.pluck<string[]>('id'))[0]!);
  await stack.work(['payment']);
  expect((await answer).status).toBe(503);
  const points = async () => (await manager.get('/v1/managers/me')).body.points === 1_000;
  expect(await until(points, { withinMs: 40_000, everyMs: 100 })).toBe(true);
  expect(await balance(await stack.signIn({ user: manager.user }))).toBe(0);
});

test('an order that is terminated before it is charged: it is cancelled, and nothing stays charged', async () => {
  const [kitchen, minji] = await Promise.all([Kitchen.open(stack), stack.signIn()]);
  await stack.provider.faults({ latencyMs: [500, 500] });
  const id = await kitchen.ordered(minji);
  await begun('charges', { customer: minji.user });
  await terminate(id);
  await kitchen.comesTo(minji, id, 'CANCELLED', 40_000);
  await givenBack(id);
});

test('an order that is terminated on its way goes on: it is delivered, or cancelled', async () => {
  const [kitchen, minji] = await Promise.all([Kitchen.open(stack), stack.signIn()]);
  const orders = await Promise.all([kitchen.delivering(minji), kitchen.delivering(minji)]);
  const [first, second] = orders.map(({ id }) => id as string) as [string, string];
  await Promise.all([first, second].map(terminate));
  await Promise.all([first, second].map(revived));
  expect((await kitchen.complete(orders[0].delivery.id as string)).status).toBe(200);
  expect((await kitchen.cancel(minji, second)).body.status).toBe('CANCELLED');
  expect((await minji.get(`/v1/orders/${first}`)).body.status).toBe('DELIVERED');
  await givenBack(second);
});

test('an order that is terminated in the middle of a refund: 503, and it is cancelled, its delivery called off', async () => {
  const [kitchen, minji] = await Promise.all([Kitchen.open(stack), stack.signIn()]);
  const { id, delivery } = await kitchen.delivering(minji);
  await stack.provider.faults({ latencyMs: [500, 500] });
  const answer = kitchen.cancel(minji, id as string);
  await begun('refunds', { charge_key: `${id}/charge` });
  await terminate(id as string);
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([503, 'food-unavailable']);
  await kitchen.comesTo(minji, id as string, 'CANCELLED', 40_000);
  await becomes(delivery.id as string, 'CANCELLED', 'deliveries');
  await givenBack(id as string);
});

test('a search for a courier that is terminated goes on: who declines is passed over', async () => {
  const [kitchen, minji] = await Promise.all([Kitchen.open(stack), stack.signIn()]);
  const couriers = [1, 2].map(() => stack.signIn({ roles: ['courier'] }));
  const [dana, jun] = (await Promise.all(couriers)) as [TestClient, TestClient];
  for (const courier of [dana, jun]) await courier.call('PUT', '/v1/couriers/me/duty');
  const { delivery } = await kitchen.delivering(minji);
  const at = `/v1/deliveries/${delivery.id}`;
  const offeredTo = async (courier: TestClient) => {
    const isOffered = async () => (await kitchen.admin.get(at)).body.courier === courier.user;
    expect(await until(isOffered, { withinMs: 20_000, everyMs: 50 })).toBe(true);
  };
  await offeredTo(dana);
  await terminate(delivery.id as string);
  await revived(delivery.id as string);
  expect((await dana.post(`${at}/decline`)).status).toBe(200);
  await offeredTo(jun);
  for (const courier of [dana, jun]) await courier.call('DELETE', '/v1/couriers/me/duty');
  expect((await kitchen.complete(delivery.id as string, jun)).status).toBe(200);
});
