import { until } from '../../engine/wait';
import { Cinema } from '../cinema';
import { CINEMA, startStack, type TestStack } from '../test-stack';

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA });
});
afterEach(() => stack.provider.heal());
afterAll(() => stack.stop({ lawful: false }));

/** Waits until a row of that customer is there. @returns the id of what it is about */
async function begun(table: string, where: object): Promise<string> {
  const row = () => stack.db(`payment.${table}`).where(where).first<{ key: string } | undefined>('key');
  expect(await until(async () => (await row()) !== undefined, { withinMs: 5_000, everyMs: 10 })).toBe(true);
  return (await row())!.key.split('/')[0]!;
}

const terminate = async (id: string) => (await stack.temporal).workflow.getHandle(id).terminate();

test('whoever books while the workflow is terminated hears 503, and the booking has failed', async () => {
  const [cinema, minji] = await Promise.all([Cinema.open(stack), stack.signIn()]);
  await stack.provider.faults({ latencyMs: [500, 500] });
  const answer = cinema.book(minji, ['1A']);
  const id = await begun('charges', { customer: minji.user });
  await terminate(id);
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([503, 'movie-unavailable']);
  expect((await minji.get(`/v1/bookings/${id}`)).body.status).toBe('FAILED');
  expect(await cinema.seat('1A')).toBe('FREE');
});

test('whoever cancels while the workflow is terminated hears 503', async () => {
  const [cinema, minji] = await Promise.all([Cinema.open(stack), stack.signIn()]);
  const id = await cinema.booked(minji, ['1A']);
  await stack.provider.faults({ latencyMs: [500, 500] });
  const answer = minji.post(`/v1/bookings/${id}/cancel`);
  await begun('refunds', { charge_key: `${id}/charge` });
  await terminate(id);
  const { status, body } = await answer;
  expect([status, body.code]).toEqual([503, 'movie-unavailable']);
});
