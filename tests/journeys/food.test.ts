import { LISTENERS } from '../../config';
import { until } from '../../engine/wait';
import { card } from '../cinema';
import type { TestClient } from '../test-client';
import { Kitchen } from '../kitchen';
import { KITCHEN, startStack, type TestStack } from '../test-stack';

let stack: TestStack;
let kitchen: Kitchen;
let minji: TestClient;
beforeAll(async () => {
  stack = await startStack({
    listeners: LISTENERS,
    only: KITCHEN,
    env: { ORDER_INITIAL_STATUS: '주문 접수' },
  });
  kitchen = await Kitchen.open(stack);
});
beforeEach(async () => {
  minji = await stack.signIn();
});
afterEach(async () => {
  await stack.provider.heal();
});
afterAll(() => stack.stop());

const see = async (order: string) => (await minji.get(`/v1/orders/${order}`)).body;
const courierOf = () => stack.signIn({ roles: ['courier'] });

async function messages(of: TestClient, expected: string[]): Promise<string[]> {
  let told: { event: string; text: string }[] = [];
  const all = async () => {
    const { data } = (await of.get('/v1/me/messages')).body as { data: typeof told };
    // Other domains tell at a pace of their own.
    told = data.filter(({ event }) => !event.startsWith('payment.')).toReversed();
    return told.length === expected.length;
  };
  await until(all, { withinMs: 10_000 });
  expect(told.map(({ event }) => event)).toEqual(expected);
  return told.map(({ text }) => text);
}

test('seed 002: gimbab and juice are ordered, one is delivered, the other cancelled, and one page shows both', async () => {
  const juice = await kitchen.menu('Juice', 3_000);
  const ordered = await minji.post('/v1/orders', {
    menuId: juice,
    quantity: 1,
    address: '판교역',
    payment: card(),
  });
  const { id } = ordered.body;
  expect([ordered.status, ordered.headers.get('location')]).toEqual([201, `/v1/orders/${id}`]);
  expect(ordered.body).toMatchObject({
    id,
    menu: 'Juice',
    quantity: 1,
    totalPrice: 3_000,
    items: [{ menuId: juice, menu: 'Juice', quantity: 1, price: 3_000 }],
    address: '판교역',
  });
  const gimbab = await minji.post('/v1/orders', {
    items: [
      { menuId: kitchen.gimbab, quantity: 2 },
      { menuId: juice, quantity: 1 },
    ],
    address: '판교역',
    payment: card(),
  });
  expect(gimbab.body).toMatchObject({ menu: 'Gimbab, Juice', quantity: 3, totalPrice: 11_000 });

  const going = await kitchen.comesTo(minji, gimbab.body.id as string, 'DELIVERING');
  expect(going.payment.status).toBe('CAPTURED');
  await kitchen.deliveryComesTo(minji, going.id as string, 'STARTED');
  const completed = await kitchen.complete(going.delivery.id as string);
  expect([completed.status, completed.body]).toEqual([
    200,
    { id: going.delivery.id, orderId: going.id, status: 'COMPLETED' },
  ]);
  await kitchen.comesTo(minji, id as string, 'DELIVERING');
  const cancelled = await kitchen.cancel(minji, id as string);
  expect([cancelled.status, cancelled.body.status]).toEqual([200, 'CANCELLED']);

  await kitchen.deliveryComesTo(minji, id as string, 'CANCELLED');
  const { body: page } = await minji.get('/v1/me');
  expect(
    page.orders.map((order: typeof going) => [
      order.menu,
      order.status,
      order.payment.status,
      order.delivery.status,
    ]),
  ).toEqual([
    ['Gimbab, Juice', 'DELIVERED', 'CAPTURED', 'COMPLETED'],
    ['Juice', 'CANCELLED', 'REFUNDED', 'CANCELLED'],
  ]);
  expect((await minji.get('/v1/orders?status=CANCELLED')).body.data).toEqual([await see(id as string)]);
  const deliveries = async (): Promise<string[]> => {
    const { data } = (await kitchen.admin.get('/v1/deliveries')).body;
    const mine = [going.id, id] as unknown[];
    return data
      .filter(({ orderId }: { orderId: unknown }) => mine.includes(orderId))
      .map(({ status }: { status: string }) => status)
      .sort();
  };
  expect(
    await until(async () => (await deliveries()).join() === 'CANCELLED,COMPLETED', { withinMs: 10_000 }),
  ).toBe(true);
  expect(await kitchen.bankOn(id as string)).toBe('capture 3000,refund 3000');
  expect(await kitchen.bankOn(going.id as string)).toBe('capture 11000');
});

test('an order is called as the configuration says until it is paid, and told of at each step', async () => {
  const ordered = await kitchen.order(minji);
  expect(ordered.body.statusText).toMatch(/^(주문 접수|paid|delivering)$/);
  const order = await kitchen.comesTo(minji, ordered.body.id as string, 'DELIVERING');
  expect(order.statusText).toBe('delivering');
  await kitchen.complete(order.delivery.id as string);
  const texts = await messages(minji, ['food.ordered', 'food.paid', 'food.delivering', 'food.delivered']);
  expect(texts[0]).toBe('주문이 접수되었습니다: Gimbab × 1, 4,000원.');
  expect(texts[3]).toBe('배달이 완료되었습니다: Gimbab × 1, 정자역 1번 출구.');
  const { rows } = await stack.db.raw<{ rows: { text: string }[] }>(
    `SELECT data ->> 'statusText' AS text FROM food.outbox WHERE subject = ? ORDER BY position`,
    [order.id],
  );
  expect(rows.map(({ text }) => text)).toEqual(['주문 접수', 'paid', 'delivering', 'delivered']);
  const { body } = await minji.get(`/v1/orders/${order.id}/progress`);
  expect(body.steps.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`)).toEqual([
    'take the order DONE',
    'charge DONE',
    'start the delivery DONE',
    'wait for the delivery DONE',
    'complete the delivery DONE',
    'deliver DONE',
  ]);
});

test('a declined card, or too little deposit, cancels the order and says so', async () => {
  const english = await stack.signIn({ locale: 'en' });
  const declined = await kitchen.ordered(english, card('tok_declined'));
  expect(await kitchen.comesTo(english, declined, 'CANCELLED')).toMatchObject({
    reason: 'payment-declined',
    payment: { id: null, status: 'DECLINED' },
    delivery: { status: 'NONE' },
  });
  const [, text] = await messages(english, ['food.ordered', 'food.cancelled']);
  expect(text).toBe(
    'Your order was cancelled: Gimbab × 1. The payment was declined. You are charged nothing.',
  );
  const again = await kitchen.cancel(english, declined);
  expect([again.status, again.body.code]).toEqual([409, 'already-cancelled']);

  const poor = await kitchen.ordered(minji, { method: 'deposit' });
  expect(await kitchen.comesTo(minji, poor, 'CANCELLED')).toMatchObject({ reason: 'payment-declined' });
});

test('a deposit pays for an order, and gets it back', async () => {
  await minji.post('/v1/deposits/top-ups', { amount: 5_000, payment: card() });
  const order = await kitchen.delivering(minji, { method: 'deposit' });
  expect((await minji.get('/v1/deposits/me')).body.balance).toBe(1_000);
  expect((await kitchen.cancel(minji, order.id as string)).body).toMatchObject({
    status: 'CANCELLED',
    reason: 'cancelled-by-customer',
    payment: { status: 'REFUNDED', method: 'deposit' },
  });
  expect((await minji.get('/v1/deposits/me')).body.balance).toBe(5_000);
  const texts = await messages(minji, ['food.ordered', 'food.paid', 'food.delivering', 'food.cancelled']);
  expect(texts.at(-1)).toBe(
    '주문이 취소되었습니다: Gimbab × 1. 고객님께서 취소하셨습니다. 결제 금액은 환불되었습니다.',
  );
});

test.each(['tok_lost', 'tok_slow', 'tok_error_after', 'tok_flaky'])(
  'an answer that is late or lost charges nobody twice: %s',
  async (token) => {
    const order = await kitchen.delivering(minji, card(token));
    expect((await kitchen.complete(order.delivery.id as string)).status).toBe(200);
    expect(await kitchen.bankOn(order.id as string)).toBe('capture 4000');
    expect(await see(order.id as string)).toMatchObject({
      status: 'DELIVERED',
      payment: { status: 'CAPTURED' },
    });
  },
);

test('a refund that is refused leaves the order standing, and it is delivered', async () => {
  const order = await kitchen.delivering(minji, card('tok_norefund'));
  const refused = await kitchen.cancel(minji, order.id as string);
  expect([refused.status, refused.body.code]).toEqual([409, 'refund-refused']);
  expect(await see(order.id as string)).toMatchObject({
    status: 'DELIVERING',
    payment: { status: 'CAPTURED' },
  });
  expect((await kitchen.complete(order.delivery.id as string)).status).toBe(200);
  const late = await kitchen.cancel(minji, order.id as string);
  expect([late.status, late.body.code]).toEqual([409, 'already-delivered']);
});

test('one key orders once, cancels once and completes once', async () => {
  const orders = await Promise.all([1, 2, 3].map(() => kitchen.order(minji, card(), 'mine')));
  expect(orders.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(new Set(orders.map(({ body }) => body.id)).size).toBe(1);
  const { delivery } = await kitchen.comesTo(minji, orders[0]?.body.id as string, 'DELIVERING');
  const completed = await Promise.all(
    [1, 2].map(() => kitchen.complete(delivery.id as string, kitchen.courier, 'mine')),
  );
  expect(completed.map(({ status }) => status)).toEqual([200, 200]);
  const other = await kitchen.delivering(minji);
  const cancelled = await Promise.all([1, 2].map(() => kitchen.cancel(minji, other.id as string, 'mine')));
  expect(cancelled.map(({ status }) => status)).toEqual([200, 200]);
  expect(await kitchen.bankOn(other.id as string)).toBe('capture 4000,refund 4000');
});

test("another customer's order does not exist, nor another courier's delivery", async () => {
  const suho = await stack.signIn();
  const order = await kitchen.delivering(minji);
  const at = `/v1/orders/${order.id}`;
  const delivery = order.delivery.id as string;
  for (const answer of [
    await suho.get(at),
    await suho.get(`${at}/progress`),
    await kitchen.cancel(suho, order.id as string),
  ])
    expect(answer.status).toBe(404);
  expect((await kitchen.admin.get(at)).status).toBe(200);

  const [dana, jun] = [await courierOf(), await courierOf()];
  const accepted = await dana.post(`/v1/deliveries/${delivery}/accept`);
  expect([accepted.status, accepted.body.offer, accepted.body.courier]).toEqual([200, 'ACCEPTED', dana.user]);
  const listed = async (courier: TestClient) =>
    (await courier.get('/v1/deliveries?limit=100')).body.data.map(({ id }: { id: string }) => id);
  expect(await listed(dana)).toContain(delivery);
  expect(await listed(jun)).not.toContain(delivery);
  expect(await listed(kitchen.admin)).toContain(delivery);
  expect((await kitchen.complete(delivery, dana)).status).toBe(200);
  const again = await kitchen.complete(delivery, dana);
  expect([again.status, again.body.code]).toEqual([409, 'already-completed']);
});

test('couriers on duty are asked in turn; with nobody left the delivery is open to all', async () => {
  const [dana, jun, kim] = [await courierOf(), await courierOf(), await courierOf()];
  const duty = (who: TestClient, method: string) => who.call(method, '/v1/couriers/me/duty');
  for (const courier of [dana, jun]) expect((await duty(courier, 'PUT')).status).toBe(204);
  const order = await kitchen.delivering(minji);
  const at = `/v1/deliveries/${order.delivery.id}`;
  const seen = async () => (await kitchen.admin.get(at)).body as { courier: string | null; offer: string };
  const offeredTo = async (courier: string | null) =>
    expect(await until(async () => (await seen()).courier === courier, { withinMs: 10_000 })).toBe(true);

  await offeredTo(dana.user);
  expect((await jun.get(at)).status).toBe(404);
  await messages(dana, ['delivery.offered']);
  expect((await dana.post(`${at}/decline`)).status).toBe(200);
  await offeredTo(jun.user);
  // Asked once more they still do without it, and nobody else is passed over.
  expect((await dana.post(`${at}/decline`)).status).toBe(200);
  expect((await seen()).courier).toBe(jun.user);
  expect((await dana.get(at)).status).toBe(404);
  expect((await jun.post(`${at}/accept`)).body).toMatchObject({ courier: jun.user, offer: 'ACCEPTED' });
  expect((await duty(kim, 'PUT')).status).toBe(204);
  expect((await jun.post(`${at}/decline`)).body).toMatchObject({ courier: null, offer: 'OPEN' });
  await offeredTo(kim.user);
  for (const courier of [dana, jun, kim]) expect((await duty(courier, 'DELETE')).status).toBe(204);
  expect((await kim.post(`${at}/decline`)).body).toMatchObject({ courier: null, offer: 'OPEN' });
  const open = await kitchen.courier.get('/v1/deliveries?status=STARTED');
  expect(open.body.data.map(({ id }: { id: string }) => id)).toContain(order.delivery.id);
  expect((await kitchen.complete(order.delivery.id as string)).status).toBe(200);
});

test('a dish that is taken off the list is ordered no more; what was ordered stays', async () => {
  const menuId = await kitchen.menu('Soup', 2_000);
  const order = (quantity: number) =>
    minji.post('/v1/orders', { menuId, quantity, address: '판교역', payment: card() });
  const ordered = await order(2);
  const remove = () => kitchen.admin.call('DELETE', `/v1/menus/${menuId}`);
  expect([(await remove()).status, (await remove()).status]).toEqual([204, 404]);
  expect((await minji.get(`/v1/menus/${menuId}`)).status).toBe(404);
  expect((await order(1)).body.code).toBe('unknown-menu');
  expect(await kitchen.comesTo(minji, ordered.body.id as string, 'DELIVERING')).toMatchObject({
    menu: 'Soup',
  });
});

test('a dish says what it is, and shows a picture: by https, or by a path', async () => {
  const dish = {
    name: 'Mandu',
    price: 6_000,
    description: '고기만두 여섯 개',
    picture: '/pictures/mandu.jpg',
  };
  const { body: made } = await kitchen.admin.post('/v1/menus', dish);
  expect(made).toMatchObject(dish);
  expect((await minji.get(`/v1/menus/${made.id}`)).body).toEqual(made);
  const plain = await kitchen.admin.post('/v1/menus', { name: 'Rice', price: 1_000 });
  expect(Object.keys(plain.body as object).sort()).toEqual(['createdAt', 'id', 'name', 'price']);
  for (const picture of [
    'javascript:alert(1)',
    'http://a.example/b.jpg',
    '//a.example/b.jpg',
    '/\\a.example',
  ]) {
    const { status, body } = await kitchen.admin.post('/v1/menus', { ...dish, picture });
    expect([picture, status, body.errors?.[0].path]).toEqual([picture, 400, 'body.picture']);
  }
});
