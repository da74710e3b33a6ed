import { connect, NO_HURRY, TRANSACTION_AT_MOST_MS } from '../../activities/database';
import { pause, until } from '../../engine/wait';
import { Cinema } from '../cinema';
import type { Answer, TestClient } from '../test-client';
import { CINEMA, startStack, type TestStack } from '../test-stack';
import { restOf, ticketIssued } from './rest';

let stack: TestStack;
let cinema: Cinema;
let minji: TestClient;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA, apart: ['payment'] });
});
beforeEach(async () => {
  [cinema, minji] = await Promise.all([Cinema.open(stack), stack.signIn()]);
});
afterEach(() => stack.provider.heal());
afterAll(() => stack.stop());

const cancel = (id: string, key?: string): Promise<Answer> =>
  minji.post(`/v1/bookings/${id}/cancel`, {}, key);

async function booked(token?: string): Promise<string> {
  const id = await cinema.booked(minji, ['1A'], token);
  await ticketIssued(stack, id);
  return id;
}

async function stands(id: string): Promise<void> {
  expect(await restOf(stack, id)).toBe('RUNNING');
  expect(await cinema.seat('1A')).toBe('SOLD');
}

async function isCancelled(id: string): Promise<void> {
  expect(await restOf(stack, id)).toBe('CANCELLED');
  expect(await cinema.seat('1A')).toBe('FREE');
}

/** Waits until the refund is about to be sent, or sent. */
async function refundBegun(id: string): Promise<void> {
  const begun = () =>
    stack
      .db('payment.refunds')
      .where({ charge_key: `${id}/charge` })
      .first<object>();
  expect(await until(async () => (await begun()) !== undefined, { withinMs: 5_000, everyMs: 10 })).toBe(true);
}

test('a refund that the provider refuses leaves the booking standing, and its ticket can be collected', async () => {
  const id = await booked('tok_norefund');
  const { status, body } = await cancel(id);
  expect([status, body.code]).toEqual([409, 'refund-refused']);
  await stands(id);

  const staff = await stack.signIn({ roles: ['staff'] });
  expect((await staff.post(`/v1/bookings/${id}/collect`)).body.status).toBe('COLLECTED');
  expect(await restOf(stack, id)).toBe('COLLECTED');
});

test('while the provider is down a cancel is refused; later the same key cancels', async () => {
  const id = await booked();
  await stack.provider.faults({ down: true });
  for (let i = 0; i < 2; i++) {
    const { status, body, ms } = await cancel(id, 'mine');
    expect([status, body.code]).toEqual([503, 'refund-unavailable']);
    expect(ms).toBeLessThan(5_000);
  }
  await stands(id);
  await stack.provider.heal();
  expect((await cancel(id, 'mine')).body.status).toBe('CANCELLED');
  await isCancelled(id);
});

test('while payment is down a cancel is refused; later the same key cancels', async () => {
  const id = await booked();
  await stack.kill('worker payment');
  const { status, body, ms } = await cancel(id, 'mine');
  expect([status, body.code]).toEqual([503, 'refund-unavailable']);
  expect(ms).toBeLessThan(5_000);
  await stands(id);
  await stack.work(['payment']);
  expect((await cancel(id, 'mine')).body.status).toBe('CANCELLED');
  await isCancelled(id);
});

test.each([
  ['never comes', { lostRate: 1 }],
  ['is an error', { errorAfterRate: 1 }],
])(
  'a refund that happened and whose answer %s is found out: cancelled, with one refund',
  async (_, faults) => {
    const id = await booked();
    await stack.provider.faults(faults);
    const { status, body } = await cancel(id);
    expect([status, body.status]).toEqual([200, 'CANCELLED']);
    await isCancelled(id);
  },
);

test('a refund that failed with an error and did not happen leaves the booking standing', async () => {
  const id = await booked();
  await stack.provider.faults({ errorRate: 1 });
  const refused = await cancel(id);
  expect([refused.status, refused.body.code]).toEqual([503, 'refund-unavailable']);
  await stands(id);
  await stack.provider.heal();
  expect((await cancel(id)).body.status).toBe('CANCELLED');
  await isCancelled(id);
});

test('the payment worker killed in the middle of a refund: cancelled, with one refund', async () => {
  const id = await booked();
  await stack.provider.faults({ latencyMs: [400, 400] });
  const answer = cancel(id);
  await refundBegun(id);
  await pause(100);
  await stack.kill('worker payment');
  await stack.work(['payment']);
  const { status, body } = await answer;
  await isCancelled(id);
  // A worker that starts anew may be later than an answer may be.
  expect([
    [200, 'CANCELLED'],
    [503, 'movie-unavailable'],
  ]).toContainEqual([status, body.code ?? body.status]);
});

/** Cancels while both databases are locked, ours and then the provider's, for so long each. @returns the answer */
async function cancelHeldUp(id: string, oursMs: number, theirsMs: number): Promise<Answer> {
  const bank = connect(await providerDatabase(), 1, NO_HURRY);
  const [ours, theirs] = await Promise.all([stack.db.transaction(), bank.transaction()]);
  await ours.raw('LOCK TABLE payment.refunds IN SHARE ROW EXCLUSIVE MODE');
  await theirs.raw('LOCK TABLE psp.refunds IN SHARE MODE');
  const answer = cancel(id);
  await pause(oursMs);
  await ours.commit();
  await pause(theirsMs);
  await theirs.commit();
  await bank.destroy();
  return answer;
}

test('a refund that is held up for long, here and at the provider, never leaves the booking standing', async () => {
  const id = await booked();
  const { body } = await cancelHeldUp(id, TRANSACTION_AT_MOST_MS - 2_000, 5_000);
  await isCancelled(id);
  expect(['CANCELLED', 503]).toContain(body.status);
});

test('a refund that waits here for longer than a transaction may take is never sent: the booking stands', async () => {
  const id = await booked();
  const { status } = await cancelHeldUp(id, TRANSACTION_AT_MOST_MS + 1_000, 0);
  expect(status).toBe(503);
  await stands(id);
  expect(await stack.provider.netOf(id)).toBe(10_000);
  expect((await cancel(id)).body.status).toBe('CANCELLED');
});

async function providerDatabase(): Promise<string> {
  const { rows } = await stack.db.raw<{ rows: { name: string }[] }>('SELECT current_database() AS name');
  const name = rows[0]?.name.replace('haru_', 'haru_psp_') ?? '';
  return (process.env.TEST_POSTGRES_URL ?? '').replace(/postgres$/, name);
}
