import { pause, until } from '../../engine/wait';
import { card, Cinema } from '../cinema';
import type { Answer, TestClient } from '../test-client';
import { CINEMA, startStack, type TestStack } from '../test-stack';
import { HeldLocks } from './held-locks';
import { ticketIssued } from './rest';

const KEY = 'asked-again';

let stack: TestStack;
let locks: HeldLocks;
let cinema: Cinema;
let minji: TestClient;
let staff: TestClient;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA, listeners: [] });
  locks = new HeldLocks(stack);
  staff = await stack.signIn({ roles: ['staff'] });
});
beforeEach(async () => {
  [cinema, minji] = await Promise.all([Cinema.open(stack), stack.signIn()]);
});
afterEach(() => locks.releaseAll());
afterAll(() => stack.stop());

const CHARGE = 'LOCK TABLE payment.charges IN SHARE MODE';
const REFUND = 'LOCK TABLE payment.refunds IN SHARE MODE';
const SCREENINGS = 'LOCK TABLE movie.screenings IN ACCESS EXCLUSIVE MODE';
const BOOKING = 'SELECT FROM movie.bookings FOR UPDATE';

const book = () => cinema.book(minji, ['1A'], card(), KEY);
const bookings = () => stack.db('movie.bookings').where({ customer: minji.user });
const restart = async () => {
  await stack.start('api');
  await stack.ready();
};

/** One booking, one capture, and the same answer as often as it is asked for. */
async function bookedOnce(answer: Answer): Promise<void> {
  expect([answer.status, answer.body.status]).toEqual([201, 'BOOKED']);
  const again = await book();
  expect([again.status, again.body.id]).toEqual([201, answer.body.id]);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  // An attempt that nobody was answered may be on record as failed.
  expect(await bookings().whereNot({ status: 'FAILED' }).pluck<string[]>('id')).toEqual([answer.body.id]);
}

test('killed while the card is charged, the API gives the same key its booking', async () => {
  const charging = await locks.killApi(CHARGE, book);
  await charging.rollback();
  await restart();
  await bookedOnce(await book());
});

test('killed and asked again while the booking is still under way, it joins it', async () => {
  const charging = await locks.killApi(CHARGE, book);
  const confirming = await locks.hold(BOOKING);
  await charging.rollback();
  await restart();
  const answer = book();
  await pause(150);
  expect(await bookings().pluck<string[]>('status')).toEqual(['PENDING']);
  await confirming.rollback();
  await bookedOnce(await answer);
});

describe('killed before it had started the workflow', () => {
  beforeEach(async () => {
    const reading = await locks.killApi(SCREENINGS, book);
    const keys = stack.db('api.idempotency').where({ caller: minji.user, path: '/v1/bookings' });
    expect(await keys.pluck<string[]>('key')).toEqual([KEY]);
    await reading.rollback();
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
  await stack.work(CINEMA, [{ of: minji.user, when: 'before', step: 'confirm' }]);
  const answer = book().catch(() => undefined);
  expect(await stack.died(all)).toBe(true);
  await stack.kill('api');
  expect(await answer).toBeUndefined();

  // The engine misses the worker after 10 s; nobody has told the booking no by then.
  await stack.work(CINEMA);
  const failed = async () => (await bookings().pluck<string[]>('status')).join() === 'FAILED';
  expect(await until(failed, { withinMs: 60_000 })).toBe(true);
  await restart();
  expect((await book()).status).toBe(201);
});

const cancel = (id: string) => minji.post(`/v1/bookings/${id}/cancel`, {}, KEY);
const collect = (id: string) => staff.post(`/v1/bookings/${id}/collect`, {}, KEY);

test.each([
  ['the money goes back', REFUND, 'tok_ok', cancel, [200, 'CANCELLED', undefined], 'capture,refund'],
  ['a refund is being refused', REFUND, 'tok_norefund', cancel, [409, 409, 'refund-refused'], 'capture'],
  ['a ticket is handed out', BOOKING, 'tok_ok', collect, [200, 'COLLECTED', undefined], 'capture'],
])(
  'killed while %s, the API gives the same key its answer',
  async (_what, lock, token, ask, answer, bank) => {
    const id = await cinema.booked(minji, ['1A'], token);
    await ticketIssued(stack, id);
    const held = await locks.killApi(lock, () => ask(id));
    await held.rollback();
    await restart();
    for (const { status, body } of [await ask(id), await ask(id)])
      expect([status, body.status, body.code]).toEqual(answer);
    expect((await stack.provider.statementOf(id)).map(({ kind }) => kind).join()).toBe(bank);
  },
);
