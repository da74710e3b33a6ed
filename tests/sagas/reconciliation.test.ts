import { randomUUID } from 'node:crypto';
import { until } from '../../engine/wait';
import { type Way, WAYS } from './faults';
import { FaultHarness } from './harness';
import type { MemoryBackend } from './memory';

const SOON = { withinMs: 40_000, everyMs: 50 };
const WAYS_OF_FAILING = ['fails', 'losesAnswer', 'hangs', 'hangsDone', 'lost'] as const satisfies Way[];

let harness: FaultHarness<MemoryBackend>;
beforeAll(async () => {
  harness = await FaultHarness.inMemory();
});
afterAll(() => harness.close());

const start = (workflow: string, workflowId: string, args: unknown[] = []) =>
  harness.client.client.workflow.start(workflow, { workflowId, taskQueue: 'payment', args });

const cases = (steps: readonly string[]) =>
  steps.flatMap((step) => WAYS_OF_FAILING.map((way) => [step, WAYS[way].says, way] as const));

test.concurrent.each(cases(['readStatement', 'compareBooks', 'checkDifference']))(
  'reconciliation: %s %s, and the difference is cleared',
  async (step, _, way) => {
    const { differences } = harness.backend.payment;
    const [id, key] = [`reconcile-${randomUUID()}`, randomUUID()];
    differences.add(key);
    harness.faults.plan(step === 'checkDifference' ? `prk_${key}` : id, step, way);
    const reconciling = await start('reconcile', id);
    expect(await reconciling.result()).toBeGreaterThan(0);
    expect(await until(() => Promise.resolve(!differences.has(key)), SOON)).toBe(true);
    expect(await harness.client.workflow(`prk_${key}`).result()).toBeUndefined();
    expect([...harness.faults.left(id), ...harness.faults.left(`prk_${key}`)]).toEqual([]);
  },
);

test.concurrent.each(cases(['giveBack']))(
  'a late capture: %s %s, and the money goes back once',
  async (step, _, way) => {
    const { payment } = harness.backend;
    const id = `bkg_${randomUUID()}`;
    const by = { method: 'card', token: 'tok_ok' } as const;
    const charge = { for: id, customer: 'minji', amount: 10_000, by, income: 'revenue:movie' as const };
    await payment.activities.charge({ ...charge, answerBy: Date.now() + 60_000 });
    harness.faults.plan(`late-${id}`, step, way);
    const giving = await start('giveLateCaptureBack', `late-${id}`, [id]);
    await giving.result();
    expect(payment.charge(id)).toMatchObject({ state: 'CAPTURED', amount: 10_000, refunded: 10_000 });
    expect(harness.faults.left(`late-${id}`)).toEqual([]);
  },
);
