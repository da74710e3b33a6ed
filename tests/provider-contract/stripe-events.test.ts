import { randomUUID } from 'node:crypto';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import Stripe from 'stripe';
import { Sagas } from '../../api/sagas';
import { configFrom } from '../../config';
import { until } from '../../engine/wait';
import { openGateway, unusedPort } from '../api/gateway';
import { Cinema } from '../cinema';
import { ticketIssued } from '../faults/rest';
import type { Answer, TestClient } from '../test-client';
import { CINEMA, startStack, type TestStack } from '../test-stack';
import { stripeProxy, type StripeProxy } from './stripe-proxy';
import { refused } from './stripe-rules';

/** A whole Haru whose provider is Stripe, as far as it can be had: what it does long afterwards, it tells of. */
const SECRET = 'whsec_of_these_tests';
const PATH = '/v1/provider/stripe/events';
const PARKED = '/v1/operations/parked';
const STRIPE = { PAYMENT_PROVIDER: 'stripe', STRIPE_SECRET_KEY: 'sk_test_123' };
const SOON = { withinMs: 20_000, everyMs: 100 };
const PRICE = 10_000;

let stripe: StripeProxy;
let stack: TestStack;
let cinema: Cinema;
let minji: TestClient;
let staff: TestClient;
let admin: TestClient;
beforeAll(async () => {
  stripe = await stripeProxy();
  stack = await startStack({
    only: CINEMA,
    env: { ...STRIPE, STRIPE_URL: stripe.url, STRIPE_WEBHOOK_SECRET: SECRET },
  });
  cinema = await Cinema.open(stack);
  [minji, staff, admin] = await Promise.all([
    stack.signIn(),
    stack.signIn({ roles: ['staff'] }),
    stack.signIn({ roles: ['admin'] }),
  ]);
});
afterAll(async () => {
  try {
    await stack.stop();
  } finally {
    await stripe.close();
  }
});

interface Telling {
  id?: string;
  secret?: string;
  at?: number;
  signature?: string;
}

/** Tells of an event as Stripe does. */
async function tell(
  type: string,
  object: { object: string; id: string; status?: string },
  { id = `evt_${randomUUID()}`, secret = SECRET, at = Date.now(), signature }: Telling = {},
): Promise<{ id: string; status: number; code: string | undefined; detail: string | undefined }> {
  const payload = JSON.stringify({ object: 'event', id, type, data: { object } });
  const signed = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: at / 1_000 });
  const answer = await fetch(stack.url + PATH, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Accept-Language': 'en',
      ...(signature !== '' && { 'Stripe-Signature': signature ?? signed }),
    },
    body: payload,
  });
  const { code, detail } = (await answer.json()) as { code?: string; detail?: string };
  return { id, status: answer.status, code, detail };
}

const workflowOf = async (event: string) => (await stack.temporal).workflow.getHandle(`stripe-${event}`);

/** Tells of it, and waits until that has been followed. @returns the event's id */
async function followed(...event: Parameters<typeof tell>): Promise<string> {
  const { id, status } = await tell(...event);
  expect(status).toBe(200);
  await (await workflowOf(id)).result();
  return id;
}

let seats = 0;
const seat = () => `${(seats % 10) + 1}${String.fromCharCode(65 + Math.floor(seats++ / 10))}`;

/** A booking that was paid by card. */
const booked = () => cinema.booked(minji, [seat()], 'pm_card_visa');

/** A booking that its customer has cancelled, and been refunded for. */
async function refunded(): Promise<string> {
  const id = await booked();
  expect((await minji.post(`/v1/bookings/${id}/cancel`)).body.status).toBe('CANCELLED');
  return id;
}

const intentOf = (id: string) =>
  [...stripe.rules.intents.values()].find(({ metadata }) => metadata.haru_key === `${id}/charge`)!;
const refundsOf = (id: string) => intentOf(id).refunds;
/** The newest refund comes to nothing at Stripe. */
function fails(id: string) {
  const refund = refundsOf(id).at(-1)!;
  refund.status = 'failed';
  return { object: 'refund', id: refund.id, status: 'failed' };
}

interface Entry {
  id: string;
  for: string;
  state: string;
  amount: number;
  leftToDo: string;
}
const listed = async (id: string): Promise<Entry[]> =>
  ((await admin.get(PARKED)).body.data as Entry[]).filter((entry) => entry.for === id);
const rowsOf = (id: string) => stack.db('payment.parked').where({ business_id: id });
const decide = (entry: Entry, action: string): Promise<Answer> =>
  admin.post(`${PARKED}/${entry.id}/${action}`, { reason: 'called the customer' });

async function moved(id: string): Promise<string[]> {
  const rows = await stack.db('payment.transfers').where({ business_id: id }).orderBy('position');
  return rows.map(
    ({ kind, from_account: from, to_account: to, amount }) => `${kind} ${from} ${to} ${amount}`,
  );
}
const PAID = `CAPTURE provider revenue:movie ${PRICE}`;
const BACK = `REFUND refunds provider ${PRICE}`;
const FAILED = `REFUND_FAILED provider refunds ${PRICE}`;

async function reconcile(): Promise<number> {
  const { workflow } = await stack.temporal;
  return workflow.execute('reconcile', { workflowId: `reconcile-${randomUUID()}`, taskQueue: 'payment' });
}

describe('an event', () => {
  const refund = { object: 'refund', id: 're_1' };

  test.each<[string, Telling, RegExp]>([
    ['with the signature of another secret', { secret: 'whsec_other' }, /Stripe-Signature.*signature/],
    ['of ten minutes ago, replayed', { at: Date.now() - 600_000 }, /Timestamp outside/],
    ['with a garbled signature', { signature: 'garbage' }, /Stripe-Signature/],
    ['without a signature', { signature: '' }, /Stripe-Signature/],
  ])('%s is refused, and nothing follows from it', async (_, how, why) => {
    const { id, status, code, detail } = await tell('refund.failed', refund, how);
    expect([status, code]).toEqual([400, 'bad-signature']);
    expect(detail).toMatch(why);
    await expect((await workflowOf(id)).describe()).rejects.toThrow(WorkflowNotFoundError);
  });

  test.each([
    ['customer.created', 'customer'],
    ['payment_intent.succeeded', 'payment_intent'],
  ])('%s is taken, and nothing follows from it', async (type, object) => {
    const { id, status } = await tell(type, { object, id: 'x_1' });
    expect(status).toBe(200);
    await expect((await workflowOf(id)).describe()).rejects.toThrow(WorkflowNotFoundError);
  });

  test('is not believed: what Stripe says when asked counts', async () => {
    const id = await refunded();
    const [made] = refundsOf(id);
    await followed('refund.failed', { object: 'refund', id: made!.id, status: 'failed' });
    await followed('refund.failed', { object: 'refund', id: 're_nobody_knows', status: 'failed' });
    await followed('charge.dispute.created', { object: 'dispute', id: 'du_nobody_knows' });
    expect(await rowsOf(id)).toEqual([]);
    expect(await moved(id)).toEqual([PAID, BACK]);
  });

  test('has no door without Stripe, or without a secret; one of over 100 kB is refused', async () => {
    for (const env of [{ STRIPE_WEBHOOK_SECRET: SECRET }, STRIPE]) {
      const gateway = await openGateway(env);
      const { status, body } = await gateway.ask('POST', PATH, { body: {} });
      await gateway.close();
      expect([status, body.code]).toEqual([404, 'not-found']);
    }
    const large = await fetch(stack.url + PATH, { method: 'POST', body: 'x'.repeat(110_000) });
    expect(large.status).toBe(413);
  });

  test('must have a door in production: without its secret the API does not start with Stripe', async () => {
    const production = {
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://db/haru',
      TEMPORAL_ADDRESS: 'temporal:7233',
      OIDC_JWKS_URL: 'https://id.example.com/jwks',
      TRUST_PROXY_HOPS: '0',
    };
    await expect(openGateway({ ...production, ...STRIPE })).rejects.toThrow('needs STRIPE_WEBHOOK_SECRET');
    const gateway = await openGateway({ ...production, ...STRIPE, STRIPE_WEBHOOK_SECRET: SECRET });
    await gateway.close();
  });

  test('cannot be taken while the engine is away: Stripe is to send it again', async () => {
    const connection = Connection.lazy({ address: `127.0.0.1:${await unusedPort()}`, interceptors: [] });
    const sagas = new Sagas(new Client({ connection }), configFrom({ NODE_ENV: 'test' }));
    const began = Date.now();
    await expect(sagas.handOver('payment', 'followNotice', 'stripe-evt_1', [])).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(Date.now() - began).toBeLessThan(6_000);
    await connection.close();
  });
});

describe('a refund that fails after it was made', () => {
  test('waits for an operator once, however often it is told of; settled, the books hold', async () => {
    const id = await refunded();
    const failed = fails(id);
    const first = await followed('refund.failed', failed);
    await followed('refund.failed', failed, { id: first });
    await followed('refund.updated', failed);

    expect(await rowsOf(id)).toHaveLength(1);
    const [entry] = await listed(id);
    expect(entry).toMatchObject({ state: 'NEEDS_OPERATOR', amount: PRICE });
    expect(entry!.leftToDo).toMatch(/refund once more/);
    expect(await moved(id)).toEqual([PAID, BACK, FAILED]);

    const refusal = await decide(entry!, 'write-off');
    expect([refusal.status, refusal.body.code]).toEqual([409, 'refund-owed']);
    expect(refundsOf(id)).toHaveLength(1);
    const { status, body } = await decide(entry!, 'settle');
    expect([status, body.state]).toEqual([200, 'SETTLED']);
    expect(await moved(id)).toEqual([PAID, BACK, FAILED, `SETTLEMENT refunds suspense ${PRICE}`]);
    expect(await listed(id)).toEqual([]);
    await followed('refund.failed', failed);
    expect(await listed(id)).toEqual([]);
    expect(await stack.breaches()).toEqual([]);
  });

  test('is made once more under another key where an operator retries; where that fails, it waits again', async () => {
    const id = await refunded();
    await followed('refund.failed', fails(id));
    const [entry] = await listed(id);
    const { status, body } = await decide(entry!, 'retry');
    expect([status, body.state]).toEqual([200, 'DONE']);
    const keys = () => refundsOf(id).map(({ metadata, status: is }) => [metadata.haru_key, is]);
    expect(keys()).toEqual([
      [`${id}/refund/1`, 'failed'],
      [`${id}/undo/1`, 'succeeded'],
    ]);
    expect(await moved(id)).toEqual([PAID, BACK, FAILED, BACK]);
    expect(await stack.breaches()).toEqual([]);

    await followed('refund.failed', fails(id));
    const [again] = await listed(id);
    expect(again!.id).not.toBe(entry!.id);
    expect((await decide(again!, 'retry')).body.state).toBe('DONE');
    expect(keys().at(-1)).toEqual([`${id}/undo/2`, 'succeeded']);
    expect(stripe.rules.net(`${id}/charge`)).toBe(0);
  });

  test('is no difference for the reconciliation, whether it has read the refund or not', async () => {
    const [read, unread] = [await refunded(), await refunded()];
    fails(unread);
    await reconcile();
    const [difference] = await listed(unread);
    expect(difference?.leftToDo).toMatch(/ledger and the provider/);
    expect(await listed(read)).toEqual([]);

    fails(read);
    for (const id of [read, unread])
      await followed('refund.failed', { object: 'refund', id: refundsOf(id)[0]!.id });
    expect((await decide(difference!, 'retry')).body.state).toBe('DONE');
    await reconcile();
    for (const id of [read, unread]) {
      const entries = await listed(id);
      expect(entries.map(({ leftToDo }) => leftToDo)).toEqual([expect.stringMatching(/refund once more/)]);
      expect((await decide(entries[0]!, 'settle')).status).toBe(200);
    }
  });

  test('is answered for where an operator has settled it as a difference before it was heard of', async () => {
    const id = await refunded();
    const failed = fails(id);
    await reconcile();
    const [difference] = await listed(id);
    expect((await decide(difference!, 'settle')).body.state).toBe('SETTLED');
    await followed('refund.failed', failed);
    expect(await listed(id)).toEqual([]);
    expect(await moved(id)).toEqual([PAID, BACK, `SETTLEMENT provider suspense ${PRICE}`]);
  });

  /** A cancel that was given up on, for a ticket that was then handed out; the refund is made after all. */
  async function refundedLate(): Promise<{ id: string; entry: Entry }> {
    const id = await booked();
    await ticketIssued(stack, id);
    stripe.next(/^POST \/v1\/refunds$/, { turnedAway: refused(429, 'invalid_request_error', 'rate_limit') });
    const cancel = await minji.post(`/v1/bookings/${id}/cancel`);
    expect([cancel.status, cancel.body.code]).toEqual([503, 'refund-unavailable']);
    expect((await staff.post(`/v1/bookings/${id}/collect`)).body.status).toBe('COLLECTED');
    const { id: intent } = intentOf(id);
    await new Stripe('sk_test_123', {
      host: '127.0.0.1',
      port: new URL(stripe.url).port,
      protocol: 'http',
    }).refunds.create({ payment_intent: intent, amount: PRICE, metadata: { haru_key: `${id}/refund/1` } });
    for (const made of refundsOf(id)) made.created -= 120;
    await reconcile();
    expect(await until(async () => (await listed(id)).length === 1, SOON)).toBe(true);
    return { id, entry: (await listed(id))[0]! };
  }

  test.each([['settle'], [undefined]])(
    'leaves a thing paid that its customer has had all along: the late refund was decided on by %s',
    async (action) => {
      const { id, entry } = await refundedLate();
      if (action !== undefined) expect((await decide(entry, action)).status).toBe(200);
      const before = await moved(id);
      await followed('refund.failed', fails(id));
      const undone = action === undefined ? [] : [`SETTLEMENT refunds suspense ${PRICE}`];
      expect(await moved(id)).toEqual([...before, FAILED, ...undone]);
      expect(await listed(id)).toEqual([]);
      const charge = await stack.db('payment.charges').where({ key: `${id}/charge` });
      expect(charge).toMatchObject([{ refunded: 0, made_good: 0 }]);
    },
  );
});

describe('a dispute', () => {
  /** A customer's bank takes a booking's charge back, in part. */
  function disputed(id: string, status = 'needs_response') {
    const dispute = { payment_intent: intentOf(id).id, amount: 7_000, status };
    const about = { object: 'dispute', id: `du_${randomUUID()}` };
    stripe.rules.disputes.set(about.id, dispute);
    return { dispute, about };
  }

  test.each([
    ['settle', 'SETTLED', 'SETTLEMENT suspense provider 7000'],
    ['write-off', 'WRITTEN_OFF', 'WRITE_OFF write-off provider 7000'],
  ])('waits for an operator, once; %s answers for it when it is lost', async (action, state, transfer) => {
    const id = await booked();
    const { dispute, about } = disputed(id);
    const first = await followed('charge.dispute.created', about);
    await followed('charge.dispute.created', about, { id: first });
    await followed('charge.dispute.funds_withdrawn', about);
    expect(await rowsOf(id)).toHaveLength(1);
    const [entry] = await listed(id);
    expect(entry).toMatchObject({ state: 'NEEDS_OPERATOR', amount: 7_000 });
    expect(entry!.leftToDo).toMatch(/dispute/);

    const early = await decide(entry!, action);
    expect([early.status, early.body.code]).toEqual([409, 'still-in-doubt']);
    dispute.status = 'lost';
    await followed('charge.dispute.closed', about);
    const { status, body } = await decide(entry!, action);
    expect([status, body.state]).toEqual([200, state]);
    expect(await moved(id)).toEqual([PAID, transfer]);
    await followed('charge.dispute.funds_withdrawn', about);
    expect(await listed(id)).toEqual([]);
    expect(await stack.breaches()).toEqual([]);
  });

  test('that is won needs nobody any more', async () => {
    const id = await booked();
    const { dispute, about } = disputed(id);
    await followed('charge.dispute.created', about);
    expect(await listed(id)).toHaveLength(1);
    dispute.status = 'won';
    await followed('charge.dispute.closed', about);
    expect(await listed(id)).toEqual([]);
    expect(await rowsOf(id)).toMatchObject([{ state: 'DONE' }]);
  });

  test('whose end Stripe did not tell of ends when an operator retries', async () => {
    const id = await booked();
    const { dispute, about } = disputed(id);
    await followed('charge.dispute.created', about);
    const [entry] = await listed(id);
    expect((await decide(entry!, 'retry')).body.state).toBe('NEEDS_OPERATOR');
    dispute.status = 'won';
    expect((await decide(entry!, 'retry')).body.state).toBe('DONE');
    expect(await moved(id)).toEqual([PAID]);
  });
});

test('in the end nothing waits, and every law holds', async () => {
  expect((await admin.get(PARKED)).body.data).toEqual([]);
  expect(await stack.breaches()).toEqual([]);
});
