import { until } from '../../engine/wait';
import { card, Cinema } from '../cinema';
import type { Answer, TestClient } from '../test-client';
import { bookingOf, restOf, ticketIssued } from '../faults/rest';
import { Kitchen } from '../kitchen';
import { CINEMA, startStack, type TestStack } from '../test-stack';

const LIST = '/v1/operations/parked';

interface Parked {
  id: string;
  for: string;
  state: string;
  amount: number;
  history: { what: string; by?: string; reason?: string }[];
}

const OPERATOR_AFTER_SECONDS = 1;

let stack: TestStack;
let yuna: TestClient;
let minji: TestClient;
let cinema: Cinema;
let kitchen: Kitchen;
beforeAll(async () => {
  stack = await startStack({
    only: [...CINEMA, 'food', 'delivery'],
    apart: ['payment', 'movie'],
    env: { OPERATOR_AFTER_SECONDS: `${OPERATOR_AFTER_SECONDS}` },
  });
  yuna = await stack.signIn({ user: 'yuna', roles: ['admin'] });
});
beforeEach(async () => {
  [cinema, kitchen, minji] = await Promise.all([Cinema.open(stack), Kitchen.open(stack), stack.signIn()]);
});
afterEach(() => stack.provider.heal());
afterAll(() => stack.stop());

/** From now on a booking here is paid and then too late: what was captured must go back. */
async function confirmTooLate(): Promise<void> {
  await stack.db.raw(`
    CREATE OR REPLACE FUNCTION movie.too_late() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN NEW.answer_by := now(); RETURN NEW; END $$;
    CREATE TRIGGER too_late_${cinema.screeningId} BEFORE INSERT ON movie.bookings FOR EACH ROW
      WHEN (NEW.screening_id = '${cinema.screeningId}') EXECUTE FUNCTION movie.too_late()`);
}

async function parked(): Promise<Parked[]> {
  const { status, body } = await yuna.get(LIST);
  expect(status).toBe(200);
  return body.data as Parked[];
}

async function parkedFor(id: string, withinMs = 20_000): Promise<Parked> {
  let mine: Parked | undefined;
  const listed = async () => (mine = (await parked()).find((one) => one.for === id)) !== undefined;
  expect(await until(listed, { withinMs, everyMs: 200 })).toBe(true);
  return mine!;
}

/** A booking that failed after it was paid, and whose money the provider keeps. */
async function stuck(
  token = 'tok_norefund',
  refused: unknown[] = [503, 'movie-unavailable'],
): Promise<Parked> {
  await confirmTooLate();
  const { status, body } = await cinema.book(minji, ['1A'], card(token));
  expect([status, body.code]).toEqual(refused);
  expect(await cinema.seat('1A')).toBe('FREE');
  return parkedFor(await bookingOf(stack, minji.user));
}

const decide = (about: Parked, action: string, reason = 'called the bank', key?: string): Promise<Answer> =>
  yuna.post(`${LIST}/${about.id}/${action}`, { reason }, key);

const decisions = (about: Parked) =>
  stack
    .db({ d: 'payment.decisions' })
    .join({ p: 'payment.parked' }, 'p.key', 'd.parked')
    .where('p.id', about.id)
    .orderBy('d.at')
    .select('d.action', 'd.reason', 'd.decided_by');

async function balanceOf(account: string): Promise<number> {
  const row = await stack
    .db('payment.accounts')
    .where({ id: account })
    .first<{ balance: number } | undefined>();
  return row?.balance ?? 0;
}

/** Its saga has come to its end. */
async function sagaEnds(about: Parked): Promise<void> {
  const workflow = (await stack.temporal).workflow.getHandle(about.for);
  const ended = async () => (await workflow.describe()).status.name === 'COMPLETED';
  expect(await until(ended, { withinMs: 20_000 })).toBe(true);
}

/** Nothing is left to do, nor to be decided. */
async function isOver(about: Parked, refunded: number): Promise<void> {
  await sagaEnds(about);
  expect(await stack.provider.netOf(about.for)).toBe(about.amount - refunded);
  expect((await parked()).map(({ id }) => id)).not.toContain(about.id);
  const made = await decisions(about);
  for (const action of ['retry', 'settle', 'write-off']) {
    const { status, body } = await decide(about, action);
    expect([status, body.code]).toEqual([409, 'already-decided']);
  }
  expect(await decisions(about)).toEqual(made);
}

/** Waits until the provider has done what it was asked for, whatever it answered. */
async function providerHas(kind: 'capture' | 'refund', id: string): Promise<void> {
  const done = async () => (await stack.provider.statementOf(id)).some((line) => line.kind === kind);
  expect(await until(done, { withinMs: 20_000 })).toBe(true);
}

/** Ends what an operator retries, unless it has just ended by itself. */
async function retry(about: Parked): Promise<void> {
  const { status, body } = await decide(about, 'retry');
  expect([
    [200, 'DONE'],
    [409, 'already-decided'],
  ]).toContainEqual([status, body.state ?? body.code]);
}

const bySelf = (action: string, reason = 'called the bank') => ({ action, reason, decided_by: 'yuna' });

test('what cannot be undone is listed, with what is at stake and left to do, for operators alone', async () => {
  const one = await stuck();
  expect(one).toMatchObject({
    id: expect.stringMatching(/^prk_/),
    workflowId: one.for,
    state: 'NEEDS_OPERATOR',
    amount: 10_000,
    leftToDo: 'give the money back',
    ageSeconds: expect.any(Number),
    history: [
      { what: 'began to fail' },
      { what: expect.stringMatching(/^needs an operator: .*RefundRefused.* \(\d+ failures\)$/) },
    ],
  });
  expect((one as unknown as { ageSeconds: number }).ageSeconds).toBeGreaterThanOrEqual(
    OPERATOR_AFTER_SECONDS,
  );
  const { body: list } = await minji.get('/v1/bookings');
  expect(list.data).toMatchObject([{ status: 'FAILED', reason: 'movie-unavailable' }]);

  expect((await decide(one, 'write-off')).status).toBe(200);
});

test('a retry while the provider still refuses leaves it listed; once it relents, a retry gives the money back', async () => {
  const one = await stuck();
  const first = await decide(one, 'retry', 'perhaps now');
  expect([first.status, first.body.state]).toEqual([200, 'NEEDS_OPERATOR']);
  expect(first.body.history).toContainEqual(
    expect.objectContaining({ what: 'retry', by: 'yuna', reason: 'perhaps now' }),
  );
  expect(await parked()).toMatchObject([{ id: one.id, state: 'NEEDS_OPERATOR' }]);

  await stack.provider.faults({ allowRefunds: true });
  const second = await decide(one, 'retry');
  expect([second.status, second.body.state]).toEqual([200, 'DONE']);
  expect(await decisions(one)).toEqual([bySelf('retry', 'perhaps now'), bySelf('retry')]);
  await isOver(one, 10_000);
});

test.each([
  ['settle', 'SETTLED', 'suspense'],
  ['write-off', 'WRITTEN_OFF', 'write-off'],
])('%s ends it as %s: the money is in %s', async (action, state, account) => {
  const one = await stuck();
  const [revenue, refunds, before] = await Promise.all(['revenue:movie', 'refunds', account].map(balanceOf));
  const { status, body } = await decide(one, action, '  paid in cash  ');
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: one.id, state, for: one.for });
  expect(body.history).toMatchObject([{}, {}, { what: action, by: 'yuna' }, { what: state }]);
  expect(await decisions(one)).toEqual([bySelf(action, '  paid in cash  ')]);
  expect(await balanceOf(account)).toBe(before! + 10_000);
  expect([await balanceOf('refunds'), await balanceOf('revenue:movie')]).toEqual([
    refunds! - 10_000,
    revenue,
  ]);
  const transfer = await stack
    .db('payment.transfers')
    .where({ business_id: one.for, to_account: account })
    .select('reason', 'amount', 'workflow_id');
  expect(transfer).toEqual([{ reason: '  paid in cash  ', amount: 10_000, workflow_id: one.for }]);
  await isOver(one, 0);
});

test('the list comes page by page, the oldest first', async () => {
  const first = await stuck();
  [cinema, minji] = await Promise.all([Cinema.open(stack), stack.signIn()]);
  const second = await stuck();
  const page = (await yuna.get(`${LIST}?limit=1`)).body;
  expect(page).toMatchObject({ data: [{ id: first.id }], nextCursor: first.id });
  const next = (await yuna.get(`${LIST}?limit=1&cursor=${first.id}`)).body;
  expect(next).toMatchObject({ data: [{ id: second.id }], nextCursor: null });
  for (const one of [first, second]) expect((await decide(one, 'settle')).status).toBe(200);
});

test('the same Idempotency-Key, at once and again, is one decision with one answer', async () => {
  const one = await stuck();
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => decide(one, 'settle', 'called the bank', 'mine')),
  );
  answers.push(await decide(one, 'settle', 'called the bank', 'mine'));
  expect(answers.map(({ status, body }) => [status, body.state])).toEqual(Array(5).fill([200, 'SETTLED']));
  expect(answers.at(-1)?.headers.get('idempotency-replayed')).toBe('true');
  expect(await decisions(one)).toEqual([bySelf('settle')]);
  await isOver(one, 0);
});

test('of operators who decide differently at the same moment one decides', async () => {
  const one = await stuck();
  const actions = ['settle', 'write-off', 'settle', 'write-off'];
  const answers = await Promise.all(actions.map((action) => decide(one, action)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  // The others come too late, or in the middle of it.
  const refused = answers.filter(({ body }) =>
    ['already-decided', 'payment-unavailable'].includes(body.code),
  );
  expect(refused).toHaveLength(3);
  expect(await decisions(one)).toHaveLength(1);
  await isOver(one, 0);
});

test.each(['payment', 'movie'] as const)(
  'while %s is down nothing can be decided; afterwards it can',
  async (service) => {
    const one = await stuck();
    await stack.kill(`worker ${service}`);
    for (const key of ['mine', 'mine', 'another']) {
      const { status, body, ms } = await decide(one, 'settle', 'called the bank', key);
      expect([status, body.code]).toEqual([503, 'payment-unavailable']);
      expect(ms).toBeLessThan(5_000);
    }
    expect(await decisions(one)).toEqual([]);
    await stack.work([service]);
    expect((await decide(one, 'settle', 'called the bank', 'mine')).body.state).toBe('SETTLED');
    expect(await decisions(one)).toEqual([bySelf('settle')]);
    await isOver(one, 0);
  },
);

test.each([
  ['a charge', { latencyMs: [2_500, 2_500] }, 'capture'],
  ['a refund', { lostRate: 1 }, 'refund'],
] as const)(
  'while it is unknown what became of %s it cannot be closed by hand; a retry ends it',
  async (_, faults, kind) => {
    await stack.provider.faults(faults);
    const one = await stuck('tok_ok', [503, 'payment-unavailable']);
    for (const action of ['settle', 'write-off']) {
      const { status, body } = await decide(one, action);
      expect([status, body.code]).toEqual([409, 'still-in-doubt']);
    }
    expect(await decisions(one)).toEqual([]);

    await providerHas(kind, one.for);
    await stack.provider.heal();
    await retry(one);
    await isOver(one, 10_000);
  },
);

test('a cancel whose refund stays unknown waits for an operator too, and ends as the provider says', async () => {
  const id = await cinema.booked(minji, ['1A']);
  await stack.provider.faults({ latencyMs: [2_500, 2_500] });
  const answer = minji.post(`/v1/bookings/${id}/cancel`);
  const one = await parkedFor(id);
  expect(one).toMatchObject({ amount: 10_000, leftToDo: 'find out whether the provider refunded' });
  for (const action of ['settle', 'write-off']) {
    const { status, body } = await decide(one, action);
    expect([status, body.code]).toEqual([409, 'still-in-doubt']);
  }
  await providerHas('refund', id);
  await stack.provider.heal();
  await retry(one);
  expect(await restOf(stack, id)).toBe('CANCELLED');
  expect((await answer).body.status).toBe('CANCELLED');
  expect(await cinema.seat('1A')).toBe('FREE');
  await isOver(one, 10_000);
});

describe('what an operator withdraws, and whose refund is refused', () => {
  /** @returns what is parked */
  async function withdrawn(id: string): Promise<Parked> {
    await (await stack.temporal).workflow.getHandle(id).cancel();
    return parkedFor(id);
  }

  test.each([
    ['write-off', 'WRITTEN_OFF'],
    ['settle', 'REFUNDED'],
  ])('%s: the booking and its page say %s', async (action, money) => {
    const id = await cinema.booked(minji, ['1A'], 'tok_norefund');
    expect((await decide(await withdrawn(id), action)).status).toBe(200);
    expect(await restOf(stack, id)).toBe('CANCELLED');
    const { body } = await minji.get(`/v1/bookings/${id}`);
    expect([body.refund, body.payment.status]).toEqual([{ amount: 10_000, status: money }, money]);
    expect((await minji.get('/v1/me')).body.bookings).toEqual([body]);
  });

  test.each([
    ['write-off', 'WRITTEN_OFF'],
    ['settle', 'REFUNDED'],
  ])('%s: the order and its page say %s', async (action, money) => {
    const { id } = await kitchen.delivering(minji, card('tok_norefund'));
    expect((await decide(await withdrawn(id), action)).status).toBe(200);
    const { payment } = await kitchen.comesTo(minji, id, 'CANCELLED');
    expect(payment.status).toBe(money);
    expect((await minji.get('/v1/me')).body.orders[0].payment.status).toBe(money);
  });
});

test('a top-up that was paid, never credited and cannot be refunded is written off from what was topped up', async () => {
  await stack.db.raw(`
    CREATE FUNCTION payment.not_credited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
    CREATE TRIGGER not_credited BEFORE INSERT ON payment.top_ups FOR EACH ROW
      WHEN (NEW.status = 'CREDITED') EXECUTE FUNCTION payment.not_credited()`);
  const waiting = await balanceOf('top-ups');
  const { status, body } = await minji.post('/v1/deposits/top-ups', {
    amount: 10_000,
    payment: card('tok_norefund'),
  });
  await stack.db.raw('DROP FUNCTION payment.not_credited CASCADE');
  expect([status, body.code]).toEqual([503, 'payment-unavailable']);
  const { id } = await stack.db('payment.top_ups').where({ customer: minji.user }).first<{ id: string }>();

  const one = await parkedFor(id);
  expect(await balanceOf('top-ups')).toBe(waiting + 10_000);
  expect((await decide(one, 'write-off')).body.state).toBe('WRITTEN_OFF');
  expect(await balanceOf('top-ups')).toBe(waiting);
  expect((await minji.get('/v1/deposits/me')).body.balance).toBe(0);
  await isOver(one, 0);
});

test('an undo that moves no money is listed as well: it goes on by itself, or is closed by hand', async () => {
  const tickets = () => stack.db('boxoffice.tickets');
  await stack.db.raw(`
    CREATE FUNCTION boxoffice.jam() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'the printer is jammed'; END $$;
    CREATE TRIGGER jam BEFORE UPDATE ON boxoffice.tickets FOR EACH ROW
      WHEN (NEW.status = 'VOID') EXECUTE FUNCTION boxoffice.jam()`);
  const ids = await Promise.all(['1A', '1B', '1C'].map((seat) => cinema.booked(minji, [seat])));
  await Promise.all(ids.map((id) => ticketIssued(stack, id)));
  for (const id of ids) expect((await minji.post(`/v1/bookings/${id}/cancel`)).status).toBe(200);

  const [freed, settled, leftAsIs] = (await Promise.all(ids.map((id) => parkedFor(id, 60_000)))) as [
    Parked,
    Parked,
    Parked,
  ];
  expect(settled).toMatchObject({
    ...{ state: 'NEEDS_OPERATOR', workflowId: settled.for, amount: 0, leftToDo: 'undo: issue ticket' },
    history: [{ what: 'began to fail' }, { what: 'needs an operator: it is not done yet (1 failures)' }],
  });
  const tried = await decide(settled, 'retry');
  expect([tried.status, tried.body.state]).toEqual([200, 'NEEDS_OPERATOR']);
  expect((await decide(settled, 'settle', 'torn by hand')).body.state).toBe('SETTLED');
  expect((await decide(leftAsIs, 'write-off', 'nobody will come')).body.state).toBe('WRITTEN_OFF');
  await Promise.all([settled, leftAsIs].map(sagaEnds));
  expect(await decisions(settled)).toEqual([bySelf('retry'), bySelf('settle', 'torn by hand')]);
  expect(await tickets().whereIn('booking_id', ids).pluck<string[]>('status')).not.toContain('VOID');

  await stack.db.raw('DROP FUNCTION boxoffice.jam CASCADE');
  await isOver(freed, 0);
  expect(await tickets().where({ booking_id: freed.for }).pluck<string[]>('status')).toEqual(['VOID']);
  await tickets().whereIn('booking_id', [settled.for, leftAsIs.for]).update({ status: 'VOID' });
}, 120_000);
