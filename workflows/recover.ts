import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { RecoveryActivities } from '../activities/recovery';

/** A service's own look at all its unfinished rows takes as long as there are rows. */
export const { reviveLost } = proxyActivities<RecoveryActivities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '30s',
  retry: { maximumInterval: '10s' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** P5: what the engine forgot the rows remember. @returns ids of what goes on */
export async function recover(): Promise<string[]> {
  return reviveLost();
}
