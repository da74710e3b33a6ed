import { ApplicationFailure } from '@temporalio/common';
import { type BulkheadPolicy, bulkhead } from 'cockatiel';
import { randomUUID } from 'node:crypto';
import { createActivities, type PaymentActivities } from '../../activities/payment/activities';
import { transfer } from '../../activities/payment/ledger';
import { until } from '../../engine/wait';
import { inWords } from '../../invariants/law';
import { paymentDeps } from '../../activities/payment/wiring';
import { LEDGER, PAYMENTS } from '../../invariants/ledger';
import { PaymentRepository } from '../../activities/payment/repository';
import { workerPartsFor } from '../../workers/queues';
import type { PaymentMeans, Refund } from '../../workflows/payment/contract';
import { PostgresBackend } from '../sagas/postgres';

const CARD: PaymentMeans = { method: 'card', token: 'tok_ok' };

let backend: PostgresBackend;
let payment: PaymentActivities;
let close: () => Promise<void>;
beforeAll(async () => {
  backend = await PostgresBackend.open();
  // The worker's own steps, all in one process; the test machine's pace must not decide who is late.
  const provider = { ...backend.config.provider, limitMs: 10_000 };
  const hands = await workerPartsFor('payment', { ...backend.config, provider });
  payment = hands.activities as PaymentActivities;
  close = hands.close;
});
/** Of money alone: what is charged here is of no booking or order. */
const breaches = async () =>
  inWords([...(await LEDGER.checkOn(backend.db)), ...(await PAYMENTS.checkOn(backend.db))]);

afterEach(async () => {
  expect(await breaches()).toEqual([]);
});
afterAll(async () => {
  await close();
  await backend.close();
});

async function charged(amount: number, by = CARD, customer = `u-${randomUUID()}`): Promise<string> {
  const id = `bkg_${randomUUID()}`;
  const answerBy = Date.now() + 10_000;
  await payment.charge({ for: id, customer, amount, by, income: 'revenue:movie', answerBy });
  return id;
}

/** So many steps at a time as the worker has connections for; the others wait their turn. */
let worker: BulkheadPolicy;
beforeAll(() => {
  worker = bulkhead(backend.config.databasePool, 1_000);
});

let steps = 0;
/** One refund under a step of its own. @returns the amount, or the name of the refusal */
async function refund(of: string, amount?: number): Promise<number | string> {
  const order: Refund = { of, step: `part-${++steps}`, request: randomUUID(), ...(amount && { amount }) };
  try {
    return (await worker.execute(() => payment.refund(order))).amount;
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type) return error.type;
    throw error;
  }
}

/** All at once. @returns outcomes, counted */
async function race(refunds: Promise<number | string>[]): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const outcome of await Promise.all(refunds)) counted[outcome] = (counted[outcome] ?? 0) + 1;
  return counted;
}

const times = (n: number, ask: () => Promise<number | string>) => race(Array.from({ length: n }, ask));
const refundLines = async (id: string) =>
  (await backend.provider.statementOf(id))
    .filter(({ kind }) => kind === 'refund')
    .map(({ amount }) => amount);
/** Refunds that got as far as to be sent. */
const begun = (id: string) =>
  backend
    .db('payment.refunds')
    .where({ charge_key: `${id}/charge` })
    .select<{ state: string }[]>('state');

test('of 500 refunds of one whole charge at once one is made', async () => {
  const id = await charged(10_000);
  expect(await times(500, () => refund(id))).toEqual({ 10000: 1, 'refund-refused': 499 });
  expect(await refundLines(id)).toEqual([10_000]);
  expect(await begun(id)).toEqual([{ state: 'REFUNDED' }]);
});

test('of 500 requests for the same refund one is made, and none is told that it was another', async () => {
  const id = await charged(10_000);
  const same = () => worker.execute(() => payment.refund({ of: id, step: 'refund', request: randomUUID() }));
  const outcomes = await Promise.allSettled(Array.from({ length: 500 }, same));
  const types = outcomes.map((one) =>
    one.status === 'fulfilled' ? 'done' : (one.reason as ApplicationFailure).type,
  );
  // Those that came while the first was under way find out by asking what became of it.
  expect(new Set(types)).toEqual(new Set(['done', 'refund-unknown']));
  expect(await refundLines(id)).toEqual([10_000]);
});

test('of two refunds of 60 of 100 one is made; 40 and 60 both are', async () => {
  const id = await charged(100);
  expect(await race([refund(id, 60), refund(id, 60)])).toEqual({ 60: 1, 'refund-refused': 1 });
  expect(await refundLines(id)).toEqual([60]);

  const other = await charged(100);
  expect(await race([refund(other, 40), refund(other, 60)])).toEqual({ 40: 1, 60: 1 });
  expect((await refundLines(other)).sort()).toEqual([40, 60]);
  expect(await refund(other, 1)).toBe('refund-refused');
});

test('whoever asks what became of a refund that is being made is told what will hold', async () => {
  const ids = await Promise.all(Array.from({ length: 100 }, () => charged(100)));
  const told = await Promise.all(ids.map((id) => worker.execute(() => refundedOrNever(id))));
  const lines = await Promise.all(ids.map(refundLines));
  expect(lines.map(([amount]) => amount === 100)).toEqual(told);
});

/** A refund, and while it is made, asked for: what became of it. @returns undefined when nobody could say */
async function refundedOrNever(of: string): Promise<boolean | undefined> {
  const request = randomUUID();
  const made = payment.refund({ of, step: 'refund', request }).catch((error: unknown) => error);
  let refunded: boolean | undefined;
  const known = async () => {
    ({ refunded } = await payment.settleRefund(of, 'refund', request));
    return true;
  };
  await until(() => known().catch(() => false), { withinMs: 20_000 });
  await made;
  return refunded;
}

/** Payment's steps in a process that stands still once, right after a refund has been opened. */
async function standingStill(): Promise<{
  frozen: PaymentActivities;
  opened: Promise<unknown>;
  goOn: () => void;
}> {
  const deps = await paymentDeps(backend.db, backend.config);
  const [opened, goesOn] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  class StandsStill extends PaymentRepository {
    override async openRefund(...asked: Parameters<PaymentRepository['openRefund']>) {
      const claim = await super.openRefund(...asked);
      opened.resolve(undefined);
      await goesOn.promise;
      return claim;
    }
  }
  const frozen = createActivities({ ...deps, payment: new StandsStill(backend.db) });
  return { frozen, opened: opened.promise, goOn: () => goesOn.resolve(undefined) };
}

test('a refund whose sender stood still until it was given up on is not sent any more', async () => {
  const id = await charged(10_000);
  const order = { of: id, step: 'refund', request: randomUUID() };
  const { frozen, opened, goOn } = await standingStill();
  const late = frozen.refund(order).then(
    () => 'refunded',
    (error: unknown) => (error as ApplicationFailure).type,
  );
  await opened;
  const longAgo = backend.db.raw("clock_timestamp() - interval '1 minute'");
  await backend
    .db('payment.refunds')
    .where({ key: `${id}/refund` })
    .update({ sent_at: longAgo });
  expect(await payment.settleRefund(id, 'refund', order.request)).toEqual({ refunded: false });
  goOn();
  expect(await late).toBe('refund-unavailable');
  expect(await refundLines(id)).toEqual([]);
  expect(await refund(id)).toBe(10_000);
});

test('of 100 refunds of 7 of 100 at once as many are made as fit', async () => {
  const id = await charged(100);
  expect(await times(100, () => refund(id, 7))).toEqual({ 7: 14, 'refund-refused': 86 });
  expect(await refundLines(id)).toEqual(Array(14).fill(7));
});

test('a refund that the provider refused takes up no room', async () => {
  const id = await charged(100, { method: 'card', token: 'tok_norefund' });
  expect(await refund(id, 60)).toBe('refund-refused');
  await backend.provider.faults({ allowRefunds: true });
  expect(await race([refund(id, 60), refund(id, 40)])).toEqual({ 60: 1, 40: 1 });
  await backend.provider.heal();
});

test('what is given back after a partial refund is the rest, however often it is asked for', async () => {
  const id = await charged(100);
  await refund(id, 30);
  await Promise.all(Array.from({ length: 20 }, () => payment.giveBack(id)));
  expect(await refundLines(id)).toEqual([30, 70]);
});

test('giving back among partial refunds leaves nothing captured and gives nothing twice', async () => {
  const id = await charged(100);
  const parts = times(20, () => refund(id, 3));
  const undone = () =>
    payment.giveBack(id).then(
      () => true,
      // A refund under way may still reach the provider; the saga comes again until it is known.
      () => false,
    );
  expect(await until(undone, { withinMs: 40_000 })).toBe(true);
  await parts;
  expect(await backend.provider.netOf(id)).toBe(0);
  const { rows } = await backend.db.raw<{ rows: object[] }>(
    `SELECT sum(e.amount)::int AS net FROM payment.transfers t JOIN payment.entries e USING (position)
     WHERE t.business_id = ? AND e.account = 'provider'`,
    [id],
  );
  expect(rows).toEqual([{ net: 0 }]);
});

test('of 100 refunds of one purchase from a deposit one is made', async () => {
  const customer = `u-${randomUUID()}`;
  const account = `deposit:${customer}` as const;
  const fill = { kind: 'TOP_UP', from: 'top-ups', to: account, amount: 100, businessId: customer } as const;
  await backend.db.transaction((tx) => transfer(tx, { ...fill, key: `${customer}/credit` }));
  const id = await charged(100, { method: 'deposit' }, customer);
  expect(await times(100, () => refund(id))).toEqual({ 100: 1, 'refund-refused': 99 });
  const { balance } = await backend
    .db('payment.accounts')
    .where({ id: account })
    .first<{ balance: number }>();
  expect(balance).toBe(100);
  expect(await refundLines(id)).toEqual([]);
});

describe('control:', () => {
  const reserve = (id: string) =>
    backend
      .db('payment.charges')
      .where({ key: `${id}/charge` })
      .increment('refunded', 60);
  const constraint = 'CONSTRAINT never_above_the_charge';

  test('the constraint itself refuses to reserve more than was charged, and without it nothing does', async () => {
    const id = await charged(100);
    await reserve(id);
    await expect(reserve(id)).rejects.toThrow('never_above_the_charge');
    await backend.db.raw(`ALTER TABLE payment.charges DROP ${constraint}`);
    await reserve(id);
    await backend
      .db('payment.charges')
      .where({ key: `${id}/charge` })
      .update({ refunded: 0 });
    await backend.db.raw(
      `ALTER TABLE payment.charges ADD ${constraint} CHECK (refunded = 0 OR refunded BETWEEN 0 AND amount)`,
    );
  });

  test('without the reservation the same race begins more than one refund, and the provider alone is left', async () => {
    const id = await charged(10_000);
    await backend.db.raw(`
      CREATE FUNCTION payment.forget() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.refunded := OLD.refunded; RETURN NEW; END $$;
      CREATE TRIGGER forget BEFORE UPDATE ON payment.charges FOR EACH ROW EXECUTE FUNCTION payment.forget()`);
    const outcomes = await times(20, () => refund(id));
    await backend.db.raw('DROP FUNCTION payment.forget CASCADE');
    expect(outcomes).toEqual({ 10000: 1, 'refund-refused': 19 });
    expect((await begun(id)).length).toBe(20);
    expect(await breaches()).toContainEqual(
      expect.stringContaining(`charge ${id}/charge of 10000 has 0 refunded, its refunds are `),
    );
    await backend
      .db('payment.charges')
      .where({ key: `${id}/charge` })
      .update({ refunded: 10_000 });
  });
});
