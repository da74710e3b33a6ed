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
 * @returns how many differences and late captures there are
 */
export async function reconcile(): Promise<number> {
  const first = await paymentUntilDone.readStatement();
  let { more } = first;
  for (let left = READINGS; more && left > 0; left--) ({ more } = await paymentUntilDone.readStatement());
  // Before its end has been read the statement cannot be said to lack anything.
  const reported = await paymentUntilDone.compareBooks(more ? 0 : first.lastTransfer);
  for (const { id: workflowId, kind, key, businessId } of reported) {
    const options = { workflowId, parentClosePolicy: ParentClosePolicy.ABANDON };
    const begun =
      kind === 'MISMATCH'
        ? startChild(clearDifference, { ...options, args: [key] })
        : startChild(giveLateCaptureBack, { ...options, args: [businessId] });
    await begun.catch((error: unknown) => {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    });
  }
  return reported.length;
}

/** Its charge had been given up on, and its saga has ended, when it turned out to have been captured. */
export async function giveLateCaptureBack(id: string): Promise<void> {
  await new Operator(new Journal()).giveBack(id);
}

/** A difference between the provider's statement and our ledger, until both say the same or an operator has decided. */
export async function clearDifference(report: string): Promise<void> {
  const operator = new Operator(new Journal());
  await operator.untilDone(report, async () => {
    const mended = await paymentUntilDone.checkDifference(report);
    if (!mended) throw ApplicationFailure.nonRetryable('still different', NEEDS_OPERATOR);
  });
}
