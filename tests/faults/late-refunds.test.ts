import { until } from '../../engine/wait';
import { Cinema } from '../cinema';
import { Kitchen } from '../kitchen';
import type { TestClient } from '../test-client';
import { freePort } from '../free-port';
import { CINEMA, KITCHEN, startStack, type TestStack } from '../test-stack';
import { RefundProxy } from './refund-proxy';
import { restOf, statusOf, ticketIssued } from './rest';

/** P6: a refund that the provider makes long after it was sent. Nobody keeps both the money and the thing. */
let stack: TestStack;
let cinema: Cinema;
let kitchen: Kitchen;
let minji: TestClient;
let staff: TestClient;
let admin: TestClient;
beforeAll(async () => {
  stack = await startStack({ only: [...new Set([...CINEMA, ...KITCHEN])], apart: ['payment'] });
  cinema = await Cinema.open(stack);
  kitchen = await Kitchen.open(stack);
  [minji, staff, admin] = await Promise.all([
    stack.signIn(),
    stack.signIn({ roles: ['staff'] }),
    stack.signIn({ roles: ['admin'] }),
  ]);
});
afterEach(() => stack.provider.heal());
afterAll(() => stack.stop());

async function booked(seat: string): Promise<string> {
  const id = await cinema.booked(minji, [seat]);
  await ticketIssued(stack, id);
  return id;
}

const parked = async (id: string) =>
  (await admin.get('/v1/operations/parked')).body.data.find((entry: { for: string }) => entry.for === id);

/** A cancel that is refused because the provider is down: what is bought stands. */
async function refusedCancel(path: string): Promise<void> {
  await stack.provider.faults({ down: true });
  const { status, body } = await minji.post(path);
  expect([status, body.code]).toEqual([503, 'refund-unavailable']);
  await stack.provider.heal();
}

/** The provider makes the refund of that cancel after all, and the books are compared some minutes later. */
async function refundedAfterAll(id: string, amount: number): Promise<void> {
  const { provider_charge_id: charge } = await stack
    .db('payment.charges')
    .where({ key: `${id}/charge` })
    .first<{ provider_charge_id: string }>();
  await stack.provider.refund(charge, amount, `${id}/refund/1`);
  await stack.bank.raw('ALTER TABLE psp.statement DISABLE TRIGGER USER');
  await stack.bank.raw("UPDATE psp.statement SET at = at - interval '2 minutes' WHERE key LIKE ?", [
    `${id}/%`,
  ]);
  await stack.bank.raw('ALTER TABLE psp.statement ENABLE TRIGGER USER');
  const { workflow } = await stack.temporal;
  await workflow.execute('reconcile', { workflowId: `reconcile-${id}`, taskQueue: 'payment' });
}

test('a cancel that takes longer than an answer may is under way, and the same key hears how it ended', async () => {
  const id = await booked('1A');
  await stack.provider.faults({ latencyMs: [19_000, 19_000] });
  const cancel = minji.post(`/v1/bookings/${id}/cancel`, {}, 'mine');
  const arrived = async () => (await stack.bank('psp.refunds').where({ key: `${id}/refund/1` })).length > 0;
  expect(await until(arrived, { withinMs: 5_000, everyMs: 20 })).toBe(true);
  await stack.provider.heal();

  const first = await cancel;
  expect([first.status, first.body.status]).toEqual([202, 'BOOKED']);
  expect(Number(first.headers.get('Retry-After'))).toBeGreaterThan(0);
  const collected = await staff.post(`/v1/bookings/${id}/collect`);
  expect(collected.status).toBeGreaterThanOrEqual(400);

  const { status, body } = await minji.post(`/v1/bookings/${id}/cancel`, {}, 'mine');
  expect([status, body.status]).toEqual([200, 'CANCELLED']);
  expect(await restOf(stack, id)).toBe('CANCELLED');
  expect(await stack.provider.netOf(id)).toBe(0);
  // A worker that stands still may have taken up a try at finding out: the customer waits for the next.
  const { events } = await (await stack.temporal).workflow.getHandle(id).fetchHistory();
  const tries = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: task }) =>
    task?.activityType?.name === 'settleRefund' ? [Number(task.startToCloseTimeout?.seconds)] : [],
  );
  expect(tries).toEqual([3]);
});

test('a booking whose refund was made after it had been given up on is cancelled', async () => {
  const id = await booked('1B');
  await refusedCancel(`/v1/bookings/${id}/cancel`);
  await refundedAfterAll(id, cinema.price);
  const cancelled = async () => (await statusOf(stack, id)) === 'CANCELLED';
  expect(await until(cancelled, { withinMs: 10_000 })).toBe(true);
  expect(await restOf(stack, id)).toBe('CANCELLED');
  expect(await cinema.seat('1B')).toBe('FREE');
  expect(await until(async () => (await parked(id)) === undefined, { withinMs: 10_000 })).toBe(true);
});

test('so is an order that is on its way', async () => {
  const { id } = await kitchen.delivering(minji);
  await refusedCancel(`/v1/orders/${id}/cancel`);
  await refundedAfterAll(id, 4_000);
  await kitchen.comesTo(minji, id, 'CANCELLED');
});

test.each([
  ['settle', 'suspense'],
  ['write-off', 'write-off'],
])(
  'where the ticket was handed out by then an operator answers for the money: %s',
  async (action, account) => {
    const seat = action === 'settle' ? '2A' : '2B';
    const id = await booked(seat);
    await refusedCancel(`/v1/bookings/${id}/cancel`);
    expect((await staff.post(`/v1/bookings/${id}/collect`)).body.status).toBe('COLLECTED');
    await refundedAfterAll(id, cinema.price);
    expect(await until(async () => (await parked(id)) !== undefined, { withinMs: 20_000 })).toBe(true);
    const entry = await parked(id);
    expect(entry).toMatchObject({ state: 'NEEDS_OPERATOR', amount: cinema.price });

    const decided = await admin.post(`/v1/operations/parked/${entry.id}/${action}`, {
      reason: 'paid at the desk',
    });
    expect(decided.status).toBe(200);
    const by = await stack.db('payment.transfers').where({ business_id: id, from_account: account });
    expect(by).toMatchObject([{ amount: cinema.price, to_account: 'refunds' }]);
  },
);

describe('a sender that hears of its refund after it had been given up on', () => {
  let alone: TestStack;
  let proxy: RefundProxy;
  beforeAll(async () => {
    const port = await freePort();
    proxy = await RefundProxy.start(`http://127.0.0.1:${port}`, () => Promise.resolve('held'));
    alone = await startStack({
      only: CINEMA,
      env: {
        PSP_PORT: String(port),
        PAYMENT_PROVIDER_URL: proxy.url,
        // It waits for longer than its refund is asked about; and nobody else notices.
        PAYMENT_LIMIT_MS: '60000',
        RECONCILE_EVERY_SECONDS: '0',
        RECOVER_EVERY_SECONDS: '0',
      },
    });
  });
  afterAll(() => alone.stop().finally(() => proxy.close()));

  test('has it followed at once: what stood until then is cancelled', async () => {
    const hall = await Cinema.open(alone);
    const who = await alone.signIn();
    const id = await hall.booked(who, ['1A']);
    await ticketIssued(alone, id);
    const cancel = () => who.post(`/v1/bookings/${id}/cancel`, {}, 'mine');
    const refused = async () => (await cancel()).body.code === 'refund-unavailable';
    expect(await until(refused, { withinMs: 30_000 })).toBe(true);
    expect(await statusOf(alone, id)).toBe('BOOKED');

    proxy.of(id).release();
    const cancelled = async () => (await statusOf(alone, id)) === 'CANCELLED';
    expect(await until(cancelled, { withinMs: 10_000 })).toBe(true);
    expect(await restOf(alone, id)).toBe('CANCELLED');
    expect(await alone.provider.netOf(id)).toBe(0);
  });
});
