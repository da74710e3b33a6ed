import { getExternalWorkflowHandle } from '@temporalio/workflow';
import { depositRaised } from '../billing/messages';
import { uncancelled } from '../scopes';

/**
 * Bills that the deposit could not pay so far are told that it holds more now: no rental has to look (B5).
 * @param waiting ids of the workflows that said so
 */
export async function tellOfDeposit(waiting: readonly string[]): Promise<void> {
  await uncancelled(async () => {
    for (const id of waiting)
      // One that has ended meanwhile waits no more.
      await getExternalWorkflowHandle(id)
        .signal(depositRaised)
        .catch(() => undefined);
  });
}
