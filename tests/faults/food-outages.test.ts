import { until } from '../../engine/wait';
import { breachesOfBooks } from '../books';
import { card } from '../cinema';
import type { Answer, TestClient } from '../test-client';
import { insist } from '../insist';
import { Kitchen } from '../kitchen';
import { startStack, type TestStack } from '../test-stack';

let stack: TestStack;
let kitchen: Kitchen;
let minji: TestClient;
beforeAll(async () => {
  stack = await startStack({
    asShipped: true,
    apart: ['food', 'delivery'],
    quiet: true,
    without: ['payment', 'movie', 'boxoffice', 'kickboard', 'bike', 'billing'],
  });
  kitchen = await Kitchen.open(stack);
  minji = await stack.signIn();
});
afterEach(async () => {
  await stack.provider.heal();
  expect(await breachesOfBooks(stack.db)).toEqual([]);
});
afterAll(() => stack.stop());

const see = async (order: string) => (await minji.get(`/v1/orders/${order}`)).body;

/** Refused in time, and told when to come again. */
function expectRefusal({ status, body, ms, headers }: Answer, code: string): void {
  expect([status, body.code]).toEqual([503, code]);
  expect(ms).toBeLessThan(5_000);
  expect(headers.get('retry-after')).toBe('5');
}

const delivered = async (order: string): Promise<void> => {
  const { delivery } = await kitchen.comesTo(minji, order, 'DELIVERING', 40_000);
  const { status, body } = await kitchen.complete(delivery.id as string);
  expect([status, body.code]).toEqual([200, undefined]);
  expect(await kitchen.bankOn(order)).toBe('capture 4000');
};

describe('payment is down', () => {
  const orders: string[] = [];

  test.each([
    [30, 1],
    [10, 10],
  ])('%i orders are taken all the same, %i at once', async (count, atOnce) => {
    // A worker's first is slower than all that follow.
    orders.push(await kitchen.ordered(minji));
    const answers: Answer[] = [];
    while (answers.length < count)
      answers.push(...(await Promise.all(Array.from({ length: atOnce }, () => kitchen.order(minji)))));
    for (const { status, body } of answers) {
      expect([status, body.status, body.payment?.status]).toEqual([201, 'ORDERED', 'PENDING']);
      orders.push(body.id as string);
    }
    const ms = answers.map((answer) => answer.ms).sort((a, b) => a - b);
    const [p50 = 0, p99 = 0] = [ms[count / 2], ms.at(-1)];
    process.stderr.write(
      `payment down, ${atOnce} at once: orders in p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms\n`,
    );
  });

  test('one is cancelled: what was never sent is dropped', async () => {
    const order = orders.pop() ?? '';
    const { status, body } = await kitchen.cancel(minji, order);
    expect([status, body.status, body.reason, body.payment.status]).toEqual([
      200,
      'CANCELLED',
      'cancelled-by-customer',
      'PENDING',
    ]);
    orders.unshift(order);
  });

  test('once it has joined the others are charged, once each, and delivered; the cancelled one is not', async () => {
    await stack.work(['payment']);
    const [cancelled = '', ...rest] = orders;
    await Promise.all(rest.map((order) => kitchen.comesTo(minji, order, 'DELIVERING', 60_000)));
    for (const order of rest) await delivered(order);
    expect(await kitchen.bankOn(cancelled)).toBe('');
    expect(await stack.db('payment.charges').where('key', 'like', `${cancelled}/%`)).toEqual([]);
    expect(await see(cancelled)).toMatchObject({ status: 'CANCELLED', delivery: { status: 'NONE' } });
  }, 120_000);
});

test('the provider is down: orders are taken, one is dropped, the other is charged once it is back', async () => {
  await stack.provider.faults({ down: true });
  const [kept, dropped] = [await kitchen.ordered(minji), await kitchen.ordered(minji)];
  const tried = async () => {
    const rows = await stack.db('payment.charges').whereIn('key', [`${kept}/charge`, `${dropped}/charge`]);
    return rows.length === 2;
  };
  expect(await until(tried, { withinMs: 10_000 })).toBe(true);
  const { status, body } = await kitchen.cancel(minji, dropped);
  expect([status, body.status]).toEqual([200, 'CANCELLED']);
  expect((await see(kept)).status).toBe('ORDERED');
  await stack.provider.heal();
  await delivered(kept);
  expect(await kitchen.bankOn(dropped)).toBe('');
});

test('the provider is down: what is paid stands, and is cancelled once it is back', async () => {
  const [stands, goes] = [await kitchen.delivering(minji), await kitchen.delivering(minji)];
  await stack.provider.faults({ down: true });
  for (const { id } of [stands, goes]) {
    expectRefusal(await kitchen.cancel(minji, id as string), 'refund-unavailable');
    expect(await see(id as string)).toMatchObject({ status: 'DELIVERING', payment: { status: 'CAPTURED' } });
  }
  await stack.provider.heal();
  await delivered(stands.id as string);
  const cancelled = await kitchen.cancel(minji, goes.id as string);
  expect([cancelled.status, cancelled.body.payment.status]).toEqual([200, 'REFUNDED']);
  expect(await kitchen.bankOn(goes.id as string)).toBe('capture 4000,refund 4000');
});

test('a charge is in doubt and the provider down: the order stands, and is charged once', async () => {
  const order = await kitchen.ordered(minji, card('tok_lost'));
  const inDoubt = async () => {
    const charge = { key: `${order}/charge`, state: 'UNKNOWN' };
    return (await stack.db('payment.charges').where(charge)).length === 1;
  };
  expect(await until(inDoubt, { withinMs: 10_000, everyMs: 20 })).toBe(true);
  await stack.provider.faults({ down: true });
  expectRefusal(await kitchen.cancel(minji, order), 'refund-unavailable');
  expect(await see(order)).toMatchObject({ status: 'ORDERED', payment: { status: 'PENDING' } });
  await stack.provider.heal();
  await delivered(order);
});

test('delivery is down: orders are paid, and cancelled; nothing is completed; all follows when it is back', async () => {
  const before = await kitchen.delivering(minji);
  const other = await kitchen.delivering(minji);
  await stack.kill('worker delivery');
  const paid = await kitchen.comesTo(minji, await kitchen.ordered(minji), 'PAID');
  expect(paid).toMatchObject({ payment: { status: 'CAPTURED' }, delivery: { status: 'REQUESTED' } });
  const cancelled = await kitchen.cancel(minji, other.id as string);
  expect([cancelled.status, cancelled.body.payment.status]).toEqual([200, 'REFUNDED']);
  expectRefusal(await kitchen.complete(before.delivery.id as string), 'delivery-unavailable');
  expect((await see(before.id as string)).status).toBe('DELIVERING');

  await stack.work(['delivery']);
  await delivered(paid.id as string);
  await delivered(before.id as string);
  const calledOff = async () =>
    (await kitchen.admin.get(`/v1/deliveries/${other.delivery.id}`)).body.status === 'CANCELLED';
  expect(await until(calledOff, { withinMs: 20_000 })).toBe(true);
});

test('food is down: its own calls are refused, and never happen', async () => {
  const [first, second] = [await kitchen.delivering(minji), await kitchen.delivering(minji)];
  await stack.kill('worker food');
  const [ordered, cancelled, completed] = await Promise.all([
    kitchen.order(minji),
    kitchen.cancel(minji, first.id as string),
    kitchen.complete(second.delivery.id as string),
  ]);
  for (const refused of [ordered, cancelled, completed]) expectRefusal(refused, 'food-unavailable');

  await stack.work(['food']);
  expect((await insist(() => minji.get(`/v1/orders/${first.id}/progress`))).status).toBe(200);
  await delivered(first.id as string);
  await delivered(second.id as string);
  const rows = await stack.db('food.orders').where({ customer: minji.user, status: 'REFUSED' });
  expect(rows).toHaveLength(1);
  const { id } = rows[0] as { id: string };
  const over = async () =>
    (await (await stack.temporal).workflow.getHandle(id).describe()).status.name === 'COMPLETED';
  expect(await until(over, { withinMs: 20_000 })).toBe(true);
  expect([await kitchen.bankOn(id), (await minji.get(`/v1/orders/${id}`)).status]).toEqual(['', 404]);
});

test.each(['before', 'after'] as const)(
  'the delivery worker dies %s it offers a delivery: one courier has the offer, once',
  async (when) => {
    const couriers = [1, 2].map(() => stack.signIn({ roles: ['courier'] }));
    const [dana, jun] = (await Promise.all(couriers)) as [TestClient, TestClient];
    await stack.kill('worker delivery');
    await stack.work(['delivery'], [{ of: '', when, step: 'offerDelivery' }]);
    for (const courier of [dana, jun]) await courier.call('PUT', '/v1/couriers/me/duty');
    const order = await kitchen.delivering(minji);
    expect(await stack.died('worker delivery', 20_000)).toBe(true);
    const at = `/v1/deliveries/${order.delivery.id}`;
    const seen = async () => (await kitchen.admin.get(at)).body;
    expect(await seen()).toMatchObject({ status: 'STARTED', courier: when === 'after' ? dana.user : null });

    await stack.work(['delivery']);
    const searching = (await stack.temporal).workflow.getHandle(order.delivery.id as string);
    const waits = async () => {
      const { raw } = await searching.describe();
      return !raw.pendingWorkflowTask && (await seen()).courier !== null;
    };
    expect(await until(waits, { withinMs: 30_000 })).toBe(true);
    expect(await seen()).toMatchObject({ status: 'STARTED', courier: dana.user, offer: 'OFFERED' });
    const told = stack.db('delivery.outbox').where({ subject: order.delivery.id });
    expect(await told.orderBy('position').pluck('type')).toEqual(['delivery.started', 'delivery.offered']);
    for (const courier of [dana, jun]) await courier.call('DELETE', '/v1/couriers/me/duty');
    expect((await dana.post(`${at}/accept`)).status).toBe(200);
    expect((await kitchen.complete(order.delivery.id as string, dana)).status).toBe(200);
    expect(await searching.result()).toBe('OVER');
  },
);

test('payment is down: what is paid cannot be cancelled, and is delivered', async () => {
  const order = await kitchen.delivering(minji);
  await stack.kill('worker payment');
  expectRefusal(await kitchen.cancel(minji, order.id as string), 'refund-unavailable');
  expect(await see(order.id as string)).toMatchObject({
    status: 'DELIVERING',
    payment: { status: 'CAPTURED' },
  });
  expect((await kitchen.complete(order.delivery.id as string)).status).toBe(200);

  await stack.work(['payment']);
  expect((await see(order.id as string)).status).toBe('DELIVERED');
  expect(await kitchen.bankOn(order.id as string)).toBe('capture 4000');
});
