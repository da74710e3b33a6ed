import {
  Client,
  type ConnectionLike,
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Config } from '../config';

const RECONCILIATION = 'reconcile';

/** Sees to it that the ledger is compared with the provider's statement again and again. */
export async function keepReconciling(
  connection: ConnectionLike,
  { temporal: { namespace }, reconcileEveryMs: every }: Config,
): Promise<void> {
  const { schedule } = new Client({ connection, namespace });
  const spec = { intervals: [{ every }] };
  try {
    await schedule.create({
      scheduleId: RECONCILIATION,
      spec,
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      action: { type: 'startWorkflow', workflowType: 'reconcile', taskQueue: 'payment' },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await schedule.getHandle(RECONCILIATION).update((before) => ({ ...before, spec }));
  }
}
