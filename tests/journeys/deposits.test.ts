import { until } from '../../engine/wait';
import { card, Cinema } from '../cinema';
import { Fleet } from '../fleet';
import { bodyOf, type Answer, type TestClient } from '../test-client';
import { CINEMA, startStack, type TestStack } from '../test-stack';

const DEPOSIT = { method: 'deposit' };

let stack: TestStack;
let minji: TestClient;
beforeAll(async () => {
  stack = await startStack({ only: [...CINEMA, 'bike', 'billing'] });
});
beforeEach(async () => {
  minji = await stack.signIn();
});
afterEach(async () => {
  await stack.provider.heal();
});
afterAll(() => stack.stop());

const topUp = (amount: unknown, payment: object = card(), key?: string): Promise<Answer> =>
  minji.post('/v1/deposits/top-ups', { amount, payment }, key);

async function toppedUp(amount: number): Promise<string> {
  const { status, body } = await topUp(amount);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id as string;
}

const balance = async (whose = minji): Promise<number> => (await whose.get('/v1/deposits/me')).body.balance;

interface Entry {
  id: string;
  kind: string;
  amount: number;
  balance: number;
  reference: string;
  at: string;
}

/** The statement, newest first, gathered page by page. */
async function entries(limit = 100): Promise<Entry[]> {
  const all: Entry[] = [];
  for (let cursor = ''; ;) {
    const { status, body } = await minji.get(
      `/v1/deposits/me/entries?limit=${limit}${cursor && `&cursor=${cursor}`}`,
    );
    expect(status).toBe(200);
    expect(body.data.length).toBeLessThanOrEqual(limit);
    all.push(...body.data);
    if (body.nextCursor === null) return all;
    cursor = body.nextCursor as string;
  }
}

/** The one top-up that this customer ever asked for, as it was written down. */
async function onlyTopUp(): Promise<string> {
  const rows = await stack.db('payment.top_ups').where({ customer: minji.user }).select<{ id: string }[]>();
  expect(rows).toHaveLength(1);
  return rows[0]!.id;
}

const lines = async (id: string) => (await stack.provider.statementOf(id)).map(({ kind }) => kind).join();
const ended = async (id: string) => {
  const { status } = await (await stack.temporal).workflow.getHandle(id).describe();
  return status.name === 'COMPLETED';
};

test.each([
  ['tok_ok', 201, undefined, 'capture'],
  ['tok_norefund', 201, undefined, 'capture'],
  ['tok_flaky', 201, undefined, 'capture'],
  ['tok_declined', 402, 'payment-declined', ''],
  ['tok_slow', 503, 'payment-unavailable', 'capture,refund'],
  ['tok_lost', 503, 'payment-unavailable', 'capture,refund'],
  ['tok_error_after', 503, 'payment-unavailable', 'capture,refund'],
])('a top-up by %s is answered %i, and credited once or not at all', async (token, status, code, moved) => {
  const answer = await topUp(30_000, card(token));
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  const credited = status === 201 ? 30_000 : 0;
  const id = await onlyTopUp();
  if (credited > 0) expect(answer.body).toMatchObject({ id, amount: 30_000, balance: 30_000 });
  expect(await balance()).toBe(credited);

  expect(await until(() => ended(id), { withinMs: 60_000, everyMs: 250 })).toBe(true);
  expect(await lines(id)).toBe(moved);
  expect(await stack.provider.netOf(id)).toBe(credited);
  expect(await balance()).toBe(credited);
  expect((await entries()).map(({ kind, amount, reference }) => ({ kind, amount, reference }))).toEqual(
    credited > 0 ? [{ kind: 'TOP_UP', amount: 30_000, reference: id }] : [],
  );
});

test('the statement is newest first, page by page, and adds up to the balance', async () => {
  const cinema = await Cinema.open(stack);
  const ids = [await toppedUp(5_000), await toppedUp(20_000), await toppedUp(1_000)];
  const { body: booking } = await cinema.book(minji, ['1A'], DEPOSIT);

  const seen = await entries(1);
  expect(seen).toEqual(await entries());
  expect(seen.map(({ kind, amount, balance, reference }) => [kind, amount, balance, reference])).toEqual([
    ['PURCHASE', -10_000, 16_000, booking.id],
    ['TOP_UP', 1_000, 26_000, ids[2]],
    ['TOP_UP', 20_000, 25_000, ids[1]],
    ['TOP_UP', 5_000, 5_000, ids[0]],
  ]);
  expect(seen.map(({ at }) => at)).toEqual(
    seen
      .map(({ at }) => at)
      .sort()
      .reverse(),
  );
  expect(await balance()).toBe(seen[0]!.balance);
  expect(await balance()).toBe(seen.reduce((sum, { amount }) => sum + amount, 0));
});

test('the same Idempotency-Key, one after the other and at once, credits once and answers the same', async () => {
  const first = await topUp(10_000, card(), 'mine');
  const again = await topUp(10_000, card(), 'mine');
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect((await topUp(11_000, card(), 'mine')).body.code).toBe('idempotency-mismatch');

  const answers = await Promise.all(Array.from({ length: 5 }, () => topUp(2_000, card(), 'all-at-once')));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(201));
  expect(await balance()).toBe(12_000);
  expect(await stack.workflowsOf(minji.user)).toBe(2);
});

test('after a 503 the same key is a new top-up, and the old one stays undone', async () => {
  await stack.provider.faults({ down: true });
  expect((await topUp(10_000, card(), 'mine')).status).toBe(503);
  await stack.provider.heal();
  const { status, body } = await topUp(10_000, card(), 'mine');
  expect([status, body.balance]).toEqual([201, 10_000]);
  expect(await balance()).toBe(10_000);
});

test('a deposit is its owner’s alone to see', async () => {
  await toppedUp(10_000);
  const suho = await stack.signIn();
  expect(await balance(suho)).toBe(0);
  expect((await suho.get('/v1/deposits/me/entries')).body).toEqual({ data: [], nextCursor: null });
  const [entry] = await entries();
  const { status, body } = await suho.get(`/v1/deposits/me/entries?cursor=${entry!.id}`);
  expect([status, body.code]).toEqual([400, 'invalid-request']);
});

test('a booking paid from the deposit is captured there, and its cancel refunds it there', async () => {
  const cinema = await Cinema.open(stack);
  await toppedUp(30_000);

  const { status, body } = await cinema.book(minji, ['1A', '1B'], DEPOSIT);
  expect(status).toBe(201);
  expect(body).toMatchObject({ status: 'BOOKED', payment: { method: 'deposit', status: 'CAPTURED' } });
  expect(await cinema.seat('1A')).toBe('SOLD');
  expect(await balance()).toBe(10_000);
  const bought = { kind: 'PURCHASE', amount: -20_000, balance: 10_000, reference: body.id };
  expect((await entries())[0]).toMatchObject(bought);

  const cancelled = await minji.post(`/v1/bookings/${body.id}/cancel`);
  expect(cancelled.status).toBe(200);
  expect(cancelled.body).toMatchObject({
    status: 'CANCELLED',
    payment: { method: 'deposit', status: 'REFUNDED' },
    refund: { amount: 20_000 },
  });
  expect(await cinema.seat('1A')).toBe('FREE');
  expect(await balance()).toBe(30_000);
  const back = { kind: 'REFUND', amount: 20_000, balance: 30_000, reference: body.id };
  expect((await entries())[0]).toMatchObject(back);
  expect(await lines(body.id)).toBe('');
});

test('a deposit that holds too little is declined: the seat free, nothing moved, the provider not asked', async () => {
  const cinema = await Cinema.open(stack);
  await toppedUp(9_999);

  const { status, body } = await cinema.book(minji, ['1A'], DEPOSIT);
  expect([status, body.code]).toEqual([402, 'payment-declined']);
  expect(await cinema.seat('1A')).toBe('FREE');
  expect(await balance()).toBe(9_999);
  expect((await entries()).map(({ kind }) => kind)).toEqual(['TOP_UP']);
  const { body: list } = await minji.get('/v1/bookings');
  expect(list.data).toMatchObject([{ status: 'FAILED', reason: 'payment-declined' }]);
  expect(await lines(list.data[0].id)).toBe('');
});

test('a deposit buys, and is refunded, while the provider is down', async () => {
  const cinema = await Cinema.open(stack);
  await toppedUp(10_000);
  await stack.provider.faults({ down: true });

  const { status, body } = await cinema.book(minji, ['1A'], DEPOSIT);
  expect([status, body.status]).toEqual([201, 'BOOKED']);
  expect(await balance()).toBe(0);
  expect((await minji.post(`/v1/bookings/${body.id}/cancel`)).body.status).toBe('CANCELLED');
  expect(await balance()).toBe(10_000);
});

test('of two bookings at once on a deposit that covers one, one is made', async () => {
  const cinema = await Cinema.open(stack);
  await toppedUp(10_000);
  const answers = await Promise.all(['1A', '2A'].map((seat) => cinema.book(minji, [seat], DEPOSIT)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 402]);
  expect([await cinema.seat('1A'), await cinema.seat('2A')].sort()).toEqual(['FREE', 'SOLD']);
  expect(await balance()).toBe(0);
});

test('a refund into the deposit pays a bill that stands unpaid', async () => {
  const [cinema, fleet] = await Promise.all([Cinema.open(stack), Fleet.open(stack)]);
  await fleet.topUp(minji, cinema.price);
  const booking = bodyOf(await cinema.book(minji, ['1A'], DEPOSIT), 201);
  const rental = await fleet.rent(minji, await fleet.bike());
  bodyOf(await fleet.bringBack(minji, rental));
  await fleet.billed(minji, rental, 'UNPAID');

  bodyOf(await minji.post(`/v1/bookings/${booking.id}/cancel`));
  const { workflow } = await stack.temporal;
  await workflow.execute('recoverPayments', { workflowId: `recover-${rental}`, taskQueue: 'payment' });
  await fleet.billed(minji, rental);
  expect(await balance()).toBe(cinema.price - 1_000);
});

test('by a database whose clock is ahead a top-up is refused before it is charged, not after', async () => {
  const services = [...CINEMA, 'bike', 'billing'] as const;
  const withSearchPath = async (path: string) => {
    await stack.db.raw(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = ${path}', current_database()); END $$`,
    );
    await stack.kill(`worker ${services.join(' ')}`);
    await stack.work(services);
  };
  await stack.db.raw(`
    CREATE SCHEMA ahead;
    GRANT USAGE ON SCHEMA ahead TO PUBLIC;
    CREATE FUNCTION ahead.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
      $$ SELECT pg_catalog.clock_timestamp() + interval '5 s' $$`);
  await withSearchPath('ahead, pg_catalog, public');
  const { body } = await minji.post('/v1/deposits/top-ups', { amount: 5_000, payment: card() });
  expect([body.status, body.code]).toEqual([503, 'payment-unavailable']);
  await withSearchPath('public');
  const topUps = stack.db('payment.top_ups').where({ customer: minji.user });
  const [{ id, status }] = (await topUps.select('id', 'status')) as [{ id: string; status: string }];
  expect([status, await stack.provider.statementOf(id)]).toEqual(['FAILED', []]);
  expect((await minji.get('/v1/deposits/me')).body.balance).toBe(0);
});
