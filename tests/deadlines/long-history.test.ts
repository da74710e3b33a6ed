import { until } from '../../engine/wait';
import { orderFor } from '../sagas/orders';
import { FaultHarness } from '../sagas/harness';
import type { PostgresBackend } from '../sagas/postgres';

const AT_ONCE = 5;
/** Nobody is refused because the machine is busy. */
const PATIENT_MS = 30_000;
/** Far more than a run takes. */
const AT_MOST = 1_000;

let harness: FaultHarness<PostgresBackend>;
beforeAll(async () => {
  harness = await FaultHarness.onPostgres({}, ['movie', 'boxoffice', 'payment', 'food', 'delivery']);
});
afterAll(() => harness.close());

const run = async (id: string) => (await harness.client.workflow(id).describe()).runId;
const events = async (id: string) => (await harness.client.workflow(id).describe()).historyLength;
const runsOf = ({ customer }: { customer: string }) =>
  harness.client.client.workflow.count(`HaruCustomer = '${customer}'`);

/** @returns what was answered until then */
async function askInVain(enough: () => Promise<boolean>, ask: () => Promise<string>): Promise<string[]> {
  const answers = new Set<string>();
  for (let i = 0; i < AT_MOST && !(await enough()); i += AT_ONCE) {
    const asked = Array.from({ length: AT_ONCE }, ask);
    for (const answer of await Promise.all(asked)) answers.add(answer);
  }
  return [...answers];
}

test('a booking that is asked for its ticket again and again lives on in a new run, and can be collected', async () => {
  const order = orderFor(await harness.backend.screening());
  harness.faults.plan(order.id, 'issueTicket', 'keepsFailing');
  expect(await harness.client.book(order)).toBe('done');
  const first = await run(order.id);

  const isNew = async () => (await run(order.id)) !== first;
  expect(await askInVain(isNew, () => harness.client.collect(order.id, PATIENT_MS))).toEqual([
    'ticket-not-issued',
  ]);
  expect(await isNew()).toBe(true);
  expect((await runsOf(order)).count).toBe(2);

  harness.faults.mend(order.id, 'issueTicket');
  expect(
    await until(async () => (await harness.client.collect(order.id, PATIENT_MS)) === 'done', {
      withinMs: 20_000,
    }),
  ).toBe(true);
  expect(await harness.end(order.id)).toEqual({ status: 'COLLECTED', breaches: [] });
}, 120_000);

test('what is still to be undone is never left behind in an old run', async () => {
  const id = await harness.booked();
  const first = await run(id);
  harness.faults.plan(id, 'handTicketOut', 'losesAnswer');
  harness.faults.plan(id, 'takeTicketBack', 'keepsFailing');
  expect(await harness.client.collect(id, PATIENT_MS)).toBe('boxoffice-unavailable');
  harness.faults.mend(id, 'handTicketOut');

  const isLong = async () => (await events(id)) > 1_600;
  expect(await askInVain(isLong, () => harness.client.collect(id, PATIENT_MS))).toEqual([
    'already-collected',
  ]);
  expect(await isLong()).toBe(true);
  expect(await run(id)).toBe(first);

  harness.faults.mend(id, 'takeTicketBack');
  expect(await until(async () => (await run(id)) !== first, { withinMs: 30_000 })).toBe(true);
  expect(await harness.client.collect(id, PATIENT_MS)).toBe('done');
  expect(await harness.end(id)).toEqual({ status: 'COLLECTED', breaches: [] });
}, 120_000);

test('an order whose delivery is completed in vain again and again lives on in a new run, and is delivered', async () => {
  const id = await harness.delivering();
  harness.faults.plan(id, 'completeDelivery', 'keepsFailing');
  const first = await run(id);

  const isNew = async () => (await run(id)) !== first;
  expect(await askInVain(isNew, () => harness.client.complete(id, PATIENT_MS))).toEqual([
    'delivery-unavailable',
  ]);
  expect(await isNew()).toBe(true);

  harness.faults.mend(id, 'completeDelivery');
  expect(
    await until(async () => (await harness.client.complete(id, PATIENT_MS)) === 'done', { withinMs: 20_000 }),
  ).toBe(true);
  expect(await harness.end(id)).toEqual({ status: 'DELIVERED', breaches: [] });
}, 120_000);
