import { randomUUID } from 'node:crypto';
import { until } from '../../engine/wait';
import { undoKey } from '../../workflows/payment/contract';
import { decide } from '../../workflows/payment/messages';
import { FaultHarness } from './harness';
import type { PostgresBackend } from './postgres';

let harness: FaultHarness<PostgresBackend>;
beforeAll(async () => {
  harness = await FaultHarness.onPostgres({}, ['payment']);
});
afterAll(() => harness.close());

test('what waits for an operator for long goes on in a new run, and can be decided on there', async () => {
  const { db } = harness.backend;
  const [id, business] = [`prk_${randomUUID()}`, `bkg_${randomUUID()}`];
  // Its saga is lost, and never comes to an end.
  const about = undoKey(business, 'hold seats');
  const row = {
    key: about,
    id,
    kind: 'STEP',
    business_id: business,
    workflow_id: id,
    amount: 0,
    error: 'it lasts',
  };
  await db('payment.parked').insert({ ...row, state: 'NEEDS_OPERATOR', parked_at: db.fn.now() });
  const started = { taskQueue: 'payment', workflowId: id, args: [about] };
  const first = await harness.client.client.workflow.start('closeUndo', started);
  const waits = harness.client.client.workflow.getHandle(id);
  const decided = (action: 'retry' | 'settle') => {
    const decision = { about, action, reason: 'let us see', by: 'suho', key: randomUUID() };
    return waits.executeUpdate(decide, { args: [{ ...decision, answerBy: Date.now() + 30_000 }] });
  };

  const isNew = async () => (await waits.describe()).runId !== first.firstExecutionRunId;
  const asked = async () => {
    for (let n = 0; n < 10; n++) await decided('retry');
    return isNew();
  };
  expect(await until(asked, { withinMs: 180_000, everyMs: 1 })).toBe(true);
  await decided('settle');
  expect(await waits.result()).toBeUndefined();
  const parked = await db('payment.parked').where({ key: about }).first<{ state: string }>('state');
  expect(parked.state).toBe('SETTLED');
}, 240_000);
