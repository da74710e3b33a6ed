import { pause, until } from '../../engine/wait';
import { card, Cinema } from '../cinema';
import type { Answer, TestClient } from '../test-client';
import { CINEMA, startStack, type TestStack } from '../test-stack';
import { breachesAfter } from './lawful';
import { bookingOf, restOf, ticketIssued } from './rest';

const KEY = 'asked-again';
const SLOW = { latencyMs: [350, 400] };

let stack: TestStack;
let cinema: Cinema;
let minji: TestClient;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA, asShipped: true, env: { PAYMENT_LIMIT_MS: '1500' } });
});
beforeEach(async () => {
  [cinema, minji] = await Promise.all([Cinema.open(stack), stack.signIn()]);
});
afterEach(() => stack.provider.heal());
afterAll(() => stack.stop());

const book = (token?: string) => cinema.book(minji, ['1A'], card(token), KEY);
const kinds = async (id: string) => (await stack.provider.statementOf(id)).map(({ kind }) => kind).join();
const restart = async () => {
  await stack.start('api');
  await stack.ready();
};

/** Asks, and kills the API in the middle of it: when the moment has come. */
async function killedAt(moment: () => Promise<boolean>, ask: () => Promise<Answer>): Promise<void> {
  const answer = ask().catch(() => undefined);
  expect(await until(moment, { withinMs: 5_000, everyMs: 10 })).toBe(true);
  await stack.kill('api');
  expect(await answer).toBeUndefined();
}

const exists = (table: string, where: object) => async () =>
  (await stack.db(table).where(where).first<object | undefined>()) !== undefined;
const pending = () => exists('movie.bookings', { customer: minji.user, status: 'PENDING' })();
const keyTaken = () => exists('api.idempotency', { caller: minji.user, path: '/v1/bookings' })();

/** One booking, one capture, and the same answer as often as it is asked for. */
async function bookedOnce(answer: Answer): Promise<void> {
  expect([answer.status, answer.body.status]).toEqual([201, 'BOOKED']);
  const again = await book();
  expect([again.status, again.body.id]).toEqual([201, answer.body.id]);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  // An attempt that nobody was answered may be on record as failed.
  const standing = stack.db('movie.bookings').where({ customer: minji.user }).whereNot({ status: 'FAILED' });
  expect(await standing.pluck<string[]>('id')).toEqual([answer.body.id]);
  expect(await breachesAfter(stack, answer.body.id)).toEqual([]);
}

test('killed while the card is charged, the API gives the same key its booking', async () => {
  await stack.provider.faults(SLOW);
  await killedAt(pending, book);
  await restart();
  await bookedOnce(await book());
});

test('killed and asked again while the booking is still under way, it joins it', async () => {
  await stack.provider.faults(SLOW);
  await killedAt(pending, book);
  const hold = await stack.db.transaction();
  await hold('movie.bookings').where({ customer: minji.user }).forUpdate();
  await restart();
  const answer = book();
  await pause(150);
  expect(await pending()).toBe(true);
  await hold.commit();
  await bookedOnce(await answer);
});

describe('killed before it had started the workflow', () => {
  beforeEach(async () => {
    const hold = await stack.db.transaction();
    await hold.raw('LOCK TABLE movie.screenings IN ACCESS EXCLUSIVE MODE');
    await killedAt(keyTaken, book);
    await hold.commit();
    await restart();
    expect(await stack.workflowsOf(minji.user)).toBe(0);
  });

  test('the API books once when it is asked again at once', async () => {
    await bookedOnce(await book());
  });

  test('the API books once when it is asked again after the time of the first answer', async () => {
    await pause(4_500);
    await bookedOnce(await book());
  });
});

test('killed together with the worker that was about to confirm, it leaves no booking once the time is up', async () => {
  const all = `worker ${CINEMA.join(' ')}`;
  await stack.kill(all);
  await stack.work(CINEMA, `before:confirm of ${minji.user}`);
  const answer = book().catch(() => undefined);
  expect(await stack.died(all)).toBe(true);
  await stack.kill('api');
  expect(await answer).toBeUndefined();

  // The engine misses the worker after 10 s; nobody has told the booking no by then.
  await stack.work(CINEMA);
  const id = await bookingOf(stack, minji.user);
  expect(await restOf(stack, id)).toBe('FAILED');
  expect(await breachesAfter(stack, id, 0)).toEqual([]);
  await restart();
  expect((await book()).status).toBe(201);
});

test('killed while the money goes back, the API gives the same key its cancel', async () => {
  const id = await cinema.booked(minji, ['1A']);
  await stack.provider.faults(SLOW);
  const cancel = () => minji.post(`/v1/bookings/${id}/cancel`, {}, KEY);
  await killedAt(exists('payment.refunds', { charge_key: `${id}/charge`, state: 'SENT' }), cancel);
  await restart();
  for (const answer of [await cancel(), await cancel()])
    expect([answer.status, answer.body.status, answer.body.code]).toEqual([200, 'CANCELLED', undefined]);
  expect(await kinds(id)).toBe('capture,refund');
  expect(await breachesAfter(stack, id)).toEqual([]);
});

test('killed while a refund is being refused, the API gives the same key its refusal', async () => {
  const id = await cinema.booked(minji, ['1A'], 'tok_norefund');
  await stack.provider.faults(SLOW);
  const cancel = () => minji.post(`/v1/bookings/${id}/cancel`, {}, KEY);
  await killedAt(exists('payment.refunds', { charge_key: `${id}/charge`, state: 'SENT' }), cancel);
  await restart();
  expect((await cancel()).body.code).toBe('refund-refused');
  expect(await kinds(id)).toBe('capture');
});

test('killed while a ticket is handed out, the API gives the same key its ticket', async () => {
  const id = await cinema.booked(minji, ['1A']);
  await ticketIssued(stack, id);
  const staff = await stack.signIn({ roles: ['staff'] });
  const collect = () => staff.post(`/v1/bookings/${id}/collect`, {}, KEY);
  const hold = await stack.db.transaction();
  await hold('movie.bookings').where({ id }).forUpdate();
  await killedAt(exists('boxoffice.tickets', { booking_id: id, status: 'COLLECTED' }), collect);
  await hold.commit();
  await restart();
  for (const answer of [await collect(), await collect()])
    expect([answer.status, answer.body.status, answer.body.code]).toEqual([200, 'COLLECTED', undefined]);
});
