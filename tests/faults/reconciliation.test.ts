import { LISTENERS } from '../../config';
import { until } from '../../engine/wait';
import { Cinema } from '../cinema';
import { bodyOf, type TestClient } from '../test-client';
import { CINEMA, startStack, type TestStack } from '../test-stack';

let stack: TestStack;
let cinema: Cinema;
let admin: TestClient;
beforeAll(async () => {
  stack = await startStack({ listeners: LISTENERS, only: CINEMA });
  cinema = await Cinema.open(stack);
  admin = await stack.signIn({ roles: ['admin'] });
});
afterAll(() => stack.stop());

/** Compares ledger and statement now. @returns how many differences wait for an operator */
async function reconcile(): Promise<number> {
  const { workflow } = await stack.temporal;
  return workflow.execute('reconcile', { workflowId: `reconcile-${Date.now()}`, taskQueue: 'payment' });
}

/** The statement's lines of a business object, as if of some time ago. */
async function longAgo(id: string): Promise<void> {
  await stack.bank.raw('ALTER TABLE psp.statement DISABLE TRIGGER USER');
  await stack.bank.raw("UPDATE psp.statement SET at = at - interval '2 minutes' WHERE key LIKE ?", [
    `${id}/%`,
  ]);
  await stack.bank.raw('ALTER TABLE psp.statement ENABLE TRIGGER USER');
}

async function audited(): Promise<string> {
  const { output } = await stack.run('operations/audit.ts', ['--at-rest']);
  return output.split('\n').at(-1) ?? '';
}

const waiting = async () => (await admin.get('/v1/operations/parked')).body.data;

test('what both sides say alike needs nobody', async () => {
  const customer = await stack.signIn();
  const id = await cinema.booked(customer, ['1A']);
  await customer.post(`/v1/bookings/${id}/cancel`);
  expect(await reconcile()).toBe(0);
  const matched = await stack
    .db('payment.statement')
    .where('key', 'like', `${id}/%`)
    .select('kind', 'matched');
  expect(matched).toEqual([
    { kind: 'CAPTURE', matched: true },
    { kind: 'REFUND', matched: true },
  ]);
});

test('a capture that was thought never to have happened is booked and given back', async () => {
  const id = await capturedBehindOurBack('2A');
  expect(await reconcile()).toBe(1);
  const net = async () => (await bookedFor(id)).length === 2 && (await stack.provider.netOf(id)) === 0;
  expect(await until(net, { withinMs: 10_000 })).toBe(true);
  expect(await bookedFor(id)).toEqual(['CAPTURE', 'REFUND']);
  expect(await until(async () => (await reconcile()) === 0, { withinMs: 10_000 })).toBe(true);
});

test('a late capture whose refund nobody lived to make is given back by the next reconciliation', async () => {
  const id = await capturedBehindOurBack('2E');
  await stack.provider.faults({ down: true });
  expect(await reconcile()).toBe(1);
  expect(await bookedFor(id)).toEqual(['CAPTURE']);
  const { workflow } = await stack.temporal;
  const { id: child } = await stack.db('payment.parked').where({ business_id: id }).first('id');
  await workflow.getHandle(child).terminate();
  await stack.provider.heal();
  await reconcile();
  const refunded = async () => (await bookedFor(id)).join() === 'CAPTURE,REFUND';
  expect(await until(refunded, { withinMs: 20_000 })).toBe(true);
});

test('a capture in doubt is settled by the statement', async () => {
  const customer = await stack.signIn();
  const id = await cinema.booked(customer, ['2B']);
  await forgetCapture(id);
  await longAgo(id);
  expect(await reconcile()).toBe(0);
  expect(await bookedFor(id)).toEqual(['CAPTURE']);
});

test('a refund in doubt is settled by the statement', async () => {
  const customer = await stack.signIn();
  const id = await cinema.booked(customer, ['2C']);
  await customer.post(`/v1/bookings/${id}/cancel`);
  await forget(id, 'REFUND');
  await stack
    .db('payment.refunds')
    .where({ key: `${id}/refund` })
    .update({ state: 'UNKNOWN' });
  await longAgo(id);
  expect(await reconcile()).toBe(0);
  expect(await bookedFor(id)).toEqual(['CAPTURE', 'REFUND']);
});

test('what has just happened is left to its saga', async () => {
  const customer = await stack.signIn();
  const id = await cinema.booked(customer, ['2D']);
  await forgetCapture(id);
  expect(await reconcile()).toBe(0);
  expect(await bookedFor(id)).toEqual([]);
  await longAgo(id);
  await stack
    .db('payment.statement')
    .where({ key: `${id}/charge` })
    .update({ at: new Date(Date.now() - 120_000) });
  await reconcile();
  expect(await bookedFor(id)).toEqual(['CAPTURE']);
});

test.each([
  ['settle', 'SETTLED', 'suspense'],
  ['write-off', 'WRITTEN_OFF', 'write-off'],
])(
  'a capture of nobody’s waits for an operator, once; %s brings both sides together',
  async (action, state, account) => {
    const key = `bkg_stranger_${action}/charge`;
    await stack.bank('psp.statement').insert({
      kind: 'capture',
      amount: 700,
      currency: 'KRW',
      key,
      charge_id: `ch_${action}`,
      at: new Date(Date.now() - 120_000),
    });
    expect(await reconcile()).toBe(1);
    expect(await reconcile()).toBe(1);
    const [parked] = await waiting();
    expect(parked).toMatchObject({ state: 'NEEDS_OPERATOR', amount: 700, for: `bkg_stranger_${action}` });

    const decide = (what: string) =>
      admin.post(`/v1/operations/parked/${parked.id}/${what}`, { reason: 'called the bank' });
    expect((await decide('retry')).body.state).toBe('NEEDS_OPERATOR');
    const { status, body } = await decide(action);
    expect([status, body.state]).toEqual([200, state]);
    expect(body.history.map(({ what }: { what: string }) => what)).toEqual(
      expect.arrayContaining(['retry', action, state]),
    );
    expect(await reconcile()).toBe(0);
    const balance = await stack.db('payment.accounts').where({ id: account }).first('balance');
    expect(balance).toEqual({ balance: 700 });
  },
);

test('a transfer that the provider does not have waits for an operator, and ends by itself when it appears', async () => {
  const customer = await stack.signIn();
  const id = await cinema.booked(customer, ['3A']);
  const [line] = await stack.bank('psp.statement').where({ key: `${id}/charge` });
  await behindTheTrigger(stack.bank, 'psp.statement', (db) =>
    db('psp.statement').where({ key: line.key }).delete(),
  );
  expect(await reconcile()).toBe(1);
  const [parked] = await waiting();
  expect(parked).toMatchObject({ for: id, amount: 10_000 });

  const { line: _, ...again } = line;
  await stack.bank('psp.statement').insert(again);
  expect(await reconcile()).toBe(1);
  expect(
    (await admin.post(`/v1/operations/parked/${parked.id}/retry`, { reason: 'it is there now' })).body.state,
  ).toBe('DONE');
  expect(await waiting()).toEqual([]);
});

test('in the end the books hold', async () => {
  expect(await audited()).toMatch(/ hold, 0 broken$/);
});

test('a schedule does this again and again', async () => {
  await stack.stopOne(`worker ${CINEMA.join(' ')}`);
  await stack.work(CINEMA, undefined, { RECONCILE_EVERY_SECONDS: '1' });
  const { schedule } = await stack.temporal;
  const ran = async () => (await schedule.getHandle('reconcile').describe()).info.recentActions.length > 1;
  expect(await until(ran, { withinMs: 15_000 })).toBe(true);
});

type Db = TestStack['db'];

async function behindTheTrigger(db: Db, table: string, change: (db: Db) => Promise<unknown>): Promise<void> {
  await db.raw(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  await change(db);
  await db.raw(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
}

/** Undoes what was booked as if it never had been, and the chain with it: it must be the last transfer. */
async function forget(id: string, kind: 'CAPTURE' | 'REFUND'): Promise<void> {
  await stack.db.transaction(async (tx) => {
    await tx.raw(
      'ALTER TABLE payment.transfers DISABLE TRIGGER USER; ALTER TABLE payment.entries DISABLE TRIGGER USER',
    );
    const last = await tx('payment.transfers').orderBy('position', 'desc').first();
    expect(last).toMatchObject({ business_id: id, kind });
    await tx('payment.accounts').where({ id: last.to_account }).decrement('balance', last.amount);
    await tx('payment.accounts').where({ id: last.from_account }).increment('balance', last.amount);
    await tx('payment.entries').where({ position: last.position }).delete();
    await tx('payment.transfers').where({ position: last.position }).delete();
    const before = await tx('payment.transfers').orderBy('position', 'desc').first();
    await tx('payment.chain').update({ position: before.position, hash: before.hash });
    await tx.raw(
      'ALTER TABLE payment.transfers ENABLE TRIGGER USER; ALTER TABLE payment.entries ENABLE TRIGGER USER',
    );
  });
}

/** A booking that failed at an error of the provider, which has captured all the same once it was undone. */
async function capturedBehindOurBack(seat: string): Promise<string> {
  const customer = await stack.signIn();
  await stack.provider.faults({ errorRate: 1 });
  const { code } = bodyOf(await cinema.book(customer, [seat]), 503);
  expect(code).toBe('payment-unavailable');
  await stack.provider.heal();
  const { id } = await stack.db('movie.bookings').where({ customer: customer.user }).first('id');
  const charge = { key: `${id}/charge`, amount: cinema.price, currency: 'KRW' };
  const isUndone = async () => {
    const row = await stack.db('payment.charges').where({ key: charge.key }).first('state');
    return ['NOT_CAPTURED', 'VOID'].includes(row?.state as string);
  };
  expect(await until(isUndone, { withinMs: 20_000 })).toBe(true);

  const chargeId = `chg_${id}`;
  await stack.bank('psp.charges').insert({ ...charge, id: chargeId, token: 'tok_ok', status: 'captured' });
  const at = new Date(Date.now() - 120_000);
  await stack.bank('psp.statement').insert({ ...charge, kind: 'capture', charge_id: chargeId, at });
  return id as string;
}

async function forgetCapture(id: string): Promise<void> {
  await forget(id, 'CAPTURE');
  await stack
    .db('payment.charges')
    .where({ key: `${id}/charge` })
    .update({ state: 'UNKNOWN', provider_charge_id: null });
}

const bookedFor = async (id: string) =>
  stack.db('payment.transfers').where({ business_id: id }).orderBy('position').pluck('kind');
