import { ApplicationFailure } from '@temporalio/common';
import { randomUUID } from 'node:crypto';
import type { PaymentActivities } from '../../activities/payment/activities';
import { chargeKey } from '../../activities/payment/keys';
import { providerOf } from '../../activities/payment/provider-choice';
import { PaymentRepository } from '../../activities/payment/repository';
import { createSettlement } from '../../activities/payment/settlement';
import { until } from '../../engine/wait';
import { inWords } from '../../invariants/law';
import { LEDGER, PAYMENTS } from '../../invariants/ledger';
import { workerPartsFor } from '../../workers/queues';
import type { Charge } from '../../workflows/payment/contract';
import { PostgresBackend } from '../sagas/postgres';

const AMOUNT = 4_000;

let backend: PostgresBackend;
let payment: PaymentActivities;
let close: () => Promise<void>;
beforeAll(async () => {
  backend = await PostgresBackend.open();
  // The worker's own steps, all in one process.
  const hands = await workerPartsFor('payment', backend.config);
  payment = hands.activities as PaymentActivities;
  close = hands.close;
});
/** Of money alone: what is charged here is of no booking or order. */
const breaches = async () =>
  inWords([...(await LEDGER.checkOn(backend.db)), ...(await PAYMENTS.checkOn(backend.db))]);

afterEach(async () => {
  await backend.provider.heal();
  expect(await breaches()).toEqual([]);
});
afterAll(async () => {
  await close();
  await backend.close();
});

const chargeFor = (token = 'tok_ok', withinMs = 30_000): Charge => ({
  for: `ord_${randomUUID()}`,
  customer: `u-${randomUUID()}`,
  amount: AMOUNT,
  by: { method: 'card', token },
  income: 'revenue:food',
  answerBy: Date.now() + withinMs,
});

/** @returns what was captured, 'nothing sent', or the name of the refusal */
async function outcomeOf(asked: Promise<{ paymentId: string } | undefined>): Promise<string> {
  try {
    return (await asked)?.paymentId ?? 'nothing sent';
  } catch (error) {
    if (error instanceof ApplicationFailure && error.type) return error.type;
    throw error;
  }
}

const pay = (order: Charge) => outcomeOf(payment.pay(order));
const drop = ({ for: id }: Charge) => outcomeOf(payment.dropCharge(id));
const chargeOf = ({ for: id }: Charge) => new PaymentRepository(backend.db).charge(chargeKey(id));
const bankOn = async ({ for: id }: Charge) =>
  (await backend.provider.statementOf(id)).map(({ kind }) => kind).join();

test.each(['tok_ok', 'tok_lost', 'tok_slow', 'tok_error_after'])(
  'of ten tries at once, and those after them, one is charged: %s',
  async (token) => {
    const order = chargeFor(token);
    await Promise.all(Array.from({ length: 10 }, () => pay(order)));
    let paymentId = '';
    const paid = async () => (paymentId = await pay(order)).startsWith('pay_');
    expect(await until(paid, { withinMs: 15_000, everyMs: 200 })).toBe(true);
    expect(await pay(order)).toBe(paymentId);
    expect(await drop(order)).toBe(paymentId);
    expect(await bankOn(order)).toBe('capture');
  },
);

test('a card that is declined is declined for every try', async () => {
  const order = chargeFor('tok_declined');
  expect(await pay(order)).toBe('payment-declined');
  expect(await pay(order)).toBe('payment-declined');
  expect(await drop(order)).toBe('nothing sent');
});

test('what was certainly not sent can be tried again, until it is closed', async () => {
  const order = chargeFor();
  await backend.provider.faults({ down: true });
  expect(await pay(order)).toBe('nothing sent');
  expect((await chargeOf(order)).state).toBe('NOT_CAPTURED');
  expect(await pay(order)).toBe('nothing sent');
  // Payment alone knows enough.
  expect(await drop(order)).toBe('nothing sent');
  await backend.provider.heal();
  expect(await pay(order)).toBe('charge-closed');
  expect([await bankOn(order), (await chargeOf(order)).state]).toEqual(['', 'VOID']);
});

test('what was closed before the first try is never sent', async () => {
  const order = chargeFor();
  expect(await drop(order)).toBe('nothing sent');
  expect(await pay(order)).toBe('charge-closed');
  expect(await bankOn(order)).toBe('');
});

test('past its time a try sends nothing', async () => {
  const order = chargeFor('tok_ok', -1);
  expect(await pay(order)).toBe('nothing sent');
  expect(await bankOn(order)).toBe('');
});

test('a charge in doubt is neither closed nor forgotten while the provider cannot say', async () => {
  const order = chargeFor('tok_lost');
  expect(await pay(order)).toBe('payment-unavailable');
  await backend.provider.faults({ down: true });
  // This try was not sent; the one before it was.
  expect(await pay(order)).toBe('payment-unavailable');
  expect((await chargeOf(order)).state).toBe('UNKNOWN');
  expect(await drop(order)).toBe('refund-unavailable');
  await backend.provider.heal();
  expect(await pay(order)).toBe((await chargeOf(order)).id);
  expect(await bankOn(order)).toBe('capture');
});

test('a try that was not sent says nothing of one that came after it', async () => {
  const order = chargeFor();
  const charges = new PaymentRepository(backend.db);
  const first = await charges.openChargeAgain(order);
  const second = await charges.openChargeAgain(order);
  expect([first.before, second.before]).toEqual([undefined, 'SENT']);
  expect(await charges.chargeNotSent(first.charge)).toBe(false);
  expect((await charges.charge(first.charge.key)).state).toBe('SENT');
  expect(await charges.chargeNotSent(second.charge)).toBe(true);
});

test('what is captured on a closed key goes back by itself', async () => {
  const order = chargeFor();
  await backend.provider.faults({ latencyMs: [400, 400] });
  const paying = pay(order);
  const sent = async () =>
    (await backend.db('payment.charges').where({ key: chargeKey(order.for) })).length === 1;
  expect(await until(sent, { withinMs: 5_000, everyMs: 5 })).toBe(true);
  await backend
    .db('payment.charges')
    .where({ key: chargeKey(order.for) })
    .update({ state: 'VOID' });
  expect(await paying).toBe('payment-unavailable');
  expect(await bankOn(order)).toBe('capture,refund');
  expect(await chargeOf(order)).toMatchObject({ state: 'CAPTURED', refunded: AMOUNT });
  // It has paid for nothing.
  expect(await pay(order)).toBe('charge-closed');
  expect(await drop(order)).toBe('nothing sent');
});

test('while it is asked about, it is sent once more: what is captured then stands', async () => {
  const order = chargeFor();
  const charges = new PaymentRepository(backend.db);
  const { charge } = await charges.openChargeAgain(order);
  await backend
    .db('payment.charges')
    .where({ key: charge.key })
    .update({ state: 'UNKNOWN', sent_at: new Date(Date.now() - 60_000) });
  // The provider does not know it, and says so late.
  const settlement = createSettlement({
    payment: charges,
    follow: () => Promise.resolve(),
    provider: {
      ...(await providerOf(backend.config)),
      find: async () => {
        await charges.openChargeAgain(order);
        return undefined;
      },
    },
  });
  await expect(settlement.close(order.for)).rejects.toThrow('was sent once more');
  expect(await pay(order)).toBe(charge.id);
  expect(await bankOn(order)).toBe('capture');
});
