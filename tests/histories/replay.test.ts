import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../root';
import { workflowBundle } from '../../workers/bundle';
import { silenceEngine } from '../sagas/harness';

const FOLDER = join(ROOT, 'tests', 'histories');
const RECORDED = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

interface Recorded {
  events: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[];
}

const read = (name: string) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Recorded;

async function replay(history: Recorded): Promise<void> {
  const codePath = await workflowBundle(process.env.TEST_HOME ?? '');
  await Worker.runReplayHistory({ workflowBundle: { codePath } }, history, 'bkg_recorded');
}

beforeAll(silenceEngine);

test('there are histories of every end', () => {
  expect(RECORDED).toEqual(
    expect.arrayContaining(
      [
        'cancelled',
        'collected',
        'declined',
        'no-show',
        'order-cancelled',
        'order-delivered',
        'order-resumed-then-cancelled',
        'courier-found',
        'pass-given-back',
        'points-given-back',
        'rental-closed',
        'rental-unpaid-then-settled',
        'ride-missing-then-returned',
      ].map((name) => `${name}.json`),
    ),
  );
});

test.each(RECORDED)('%s is still told the same way', async (name) => {
  await replay(read(name));
});

test('control: a history whose first step has another name is refused', async () => {
  const history = read('collected.json');
  const step = history.events.find((event) => event.activityTaskScheduledEventAttributes);
  expect(step?.activityTaskScheduledEventAttributes?.activityType.name).toBe('charge');
  step!.activityTaskScheduledEventAttributes!.activityType.name = 'chargeTwice';
  await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
});
