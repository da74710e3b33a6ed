import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ApplicationFailure, ParentClosePolicy, startChild } from '@temporalio/workflow';
import { Journal } from '../progress';
import { NEEDS_OPERATOR } from './contract';
import { Operator } from './operator';
import { paymentUntilDone } from './steps';

/** So often at most is the statement read on in one run; the next run goes on from there. */
const READINGS = 100;

/**
 * P1: the provider's statement and our ledger say the same. What can be mended safely is mended; the rest waits for
 * an operator, each difference in a workflow of its own.
 * @returns how many wait
 */
export async function reconcile(): Promise<number> {
  const { lastTransfer, more } = await paymentUntilDone.readStatement();
  for (let left = READINGS, unread = more; unread && left > 0; left--)
    unread = (await paymentUntilDone.readStatement()).more;
  const differences = await paymentUntilDone.compareBooks(lastTransfer);
  for (const { id, key } of differences)
    await startChild(clearDifference, {
      workflowId: id,
      args: [key],
      parentClosePolicy: ParentClosePolicy.ABANDON,
    }).catch((error: unknown) => {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    });
  return differences.length;
}

/** A difference between the provider's statement and our ledger, until both say the same or an operator has decided. */
export async function clearDifference(report: string): Promise<void> {
  const operator = new Operator(new Journal());
  await operator.untilDone(report, async () => {
    const mended = await paymentUntilDone.checkDifference(report);
    if (!mended) throw ApplicationFailure.nonRetryable('still different', NEEDS_OPERATOR);
  });
}
