import { until } from '../../engine/wait';
import { Cinema } from '../cinema';
import { CINEMA, startStack, type TestStack } from '../test-stack';
import { ticketIssued } from './rest';

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({
    only: CINEMA,
    env: { RECOVER_EVERY_SECONDS: '1', RECOVER_AFTER_SECONDS: '4', OPERATOR_AFTER_SECONDS: '1' },
  });
});
afterEach(() => stack.provider.heal());
afterAll(() => stack.stop());

/** Waits until a row of that customer is there. @returns the id of what it is about */
async function begun(table: string, where: object): Promise<string> {
  const row = () => stack.db(`payment.${table}`).where(where).first<{ key: string } | undefined>('key');
  expect(await until(async () => (await row()) !== undefined, { withinMs: 5_000, everyMs: 10 })).toBe(true);
  return (await row())!.key.split('/')[0]!;
}

const terminate = async (id: string) => (await stack.temporal).workflow.getHandle(id).terminate();

/** Waits until nothing of it is kept. */
async function givenBack(id: string): Promise<void> {
  const back = async () =>
    (await stack.provider.statementOf(id)).length > 0 && (await stack.provider.netOf(id)) === 0;
  expect(await until(back, { withinMs: 40_000, everyMs: 100 })).toBe(true);
}

async function becomes(id: string, status: string): Promise<void> {
  const admin = await stack.signIn({ roles: ['admin'] });
  const is = async () => (await admin.get(`/v1/bookings/${id}`)).body.status === status;
  expect(await until(is, { withinMs: 40_000, everyMs: 100 })).toBe(true);
}

async function revived(id: string): Promise<void> {
  const { workflow } = await stack.temporal;
  const runs = async () => (await workflow.getHandle(id).describe()).status.name === 'RUNNING';
  expect(await until(runs, { withinMs: 40_000, everyMs: 100 })).toBe(true);
}

test('terminated while the charge is under way: 503, the seat is free, the money goes back', async () => {
  const [cinema, minji] = await Promise.all([Cinema.open(stack), stack.signIn()]);
  await stack.provider.faults({ latencyMs: [500, 500] });
  const answer = cinema.book(minji, ['1A']);
  const id = await begun('charges', { customer: minji.user });
  await terminate(id);
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([503, 'movie-unavailable']);
  expect((await minji.get(`/v1/bookings/${id}`)).body.status).toBe('FAILED');
  expect(await cinema.seat('1A')).toBe('FREE');
  await givenBack(id);
});

test('terminated while the charge is under way, and so is the API: the booking fails, the money goes back', async () => {
  const [cinema, minji] = await Promise.all([Cinema.open(stack), stack.signIn()]);
  await stack.provider.faults({ latencyMs: [500, 500] });
  const answer = cinema.book(minji, ['1A']).catch(() => undefined);
  const id = await begun('charges', { customer: minji.user });
  await stack.kill('api');
  await terminate(id);
  await answer;
  await stack.start('api');
  await stack.ready();
  await becomes(id, 'FAILED');
  await givenBack(id);
});

test('a booking whose workflow is terminated goes on: it is collected, or cancelled', async () => {
  const [cinema, minji, staff] = await Promise.all([
    Cinema.open(stack),
    stack.signIn(),
    stack.signIn({ roles: ['staff'] }),
  ]);
  const ids = await Promise.all([cinema.booked(minji, ['1A']), cinema.booked(minji, ['1B'])]);
  await Promise.all(ids.map((id) => ticketIssued(stack, id)));
  await Promise.all(ids.map(terminate));
  await Promise.all(ids.map(revived));
  expect((await staff.post(`/v1/bookings/${ids[0]}/collect`)).body.status).toBe('COLLECTED');
  expect((await minji.post(`/v1/bookings/${ids[1]}/cancel`)).body.status).toBe('CANCELLED');
});

test('terminated in the middle of a refund: 503, and what went back is cancelled', async () => {
  const [cinema, minji] = await Promise.all([Cinema.open(stack), stack.signIn()]);
  const id = await cinema.booked(minji, ['1A']);
  await stack.provider.faults({ latencyMs: [500, 500] });
  const answer = minji.post(`/v1/bookings/${id}/cancel`);
  await begun('refunds', { charge_key: `${id}/charge` });
  await terminate(id);
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([503, 'movie-unavailable']);
  await becomes(id, 'CANCELLED');
  await givenBack(id);
});

test('what is parked is decided on though its workflow was terminated', async () => {
  const [cinema, minji, admin] = await Promise.all([
    Cinema.open(stack),
    stack.signIn(),
    stack.signIn({ roles: ['admin'] }),
  ]);
  await stack.provider.faults({ errorAfterRate: 1 });
  expect((await cinema.book(minji, ['1A'], { method: 'card', token: 'tok_norefund' })).status).toBe(503);
  const parked = () =>
    stack
      .db('payment.parked')
      .where({ state: 'NEEDS_OPERATOR' })
      .first<{ id: string; business_id: string } | undefined>('id', 'business_id');
  expect(await until(async () => (await parked()) !== undefined, { withinMs: 30_000 })).toBe(true);
  const { id, business_id: booking } = (await parked())!;
  await terminate(booking);
  const decided = await admin.post(`/v1/operations/parked/${id}/write-off`, { reason: 'paid in cash' });
  expect([decided.status, decided.body.state]).toEqual([200, 'WRITTEN_OFF']);
});
