import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  continueAsNew,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  sleep,
  startChild,
} from '@temporalio/workflow';
import type { PaymentRecoveryActivities } from '../../activities/payment/recovery';
import { Journal } from '../progress';
import { untilDone } from '../services';
import { clearing, NEEDS_OPERATOR, type Notice } from './contract';
import { refundedLate } from './messages';
import { Operator } from './operator';
import { paymentUntilDone } from './steps';

const { sagaIsOver } = untilDone<Pick<PaymentRecoveryActivities, 'sagaIsOver'>>('payment');

/** So often at most is the statement read on in one run; the next run goes on from there. */
const READINGS = 100;
/** How long a saga may take to cancel what was refunded late, before operators are asked. */
const SEEN_TO_WITHIN = '5s';

/**
 * P1: the provider's statement and our ledger say the same. What can be corrected safely is corrected; the rest waits for
 * an operator, each difference in a workflow of its own.
 * @returns how many differences, late captures and late refunds there are
 */
export async function reconcile(): Promise<number> {
  const first = await paymentUntilDone.readStatement();
  let { more } = first;
  for (let left = READINGS; more && left > 0; left--) ({ more } = await paymentUntilDone.readStatement());
  // Before its end has been read the statement cannot be said to lack anything.
  const reported = await paymentUntilDone.compareBooks(more ? 0 : first.lastTransfer);
  for (const { id: workflowId, kind, key, businessId } of reported) {
    const { workflow, args } = clearing({ kind, key, business_id: businessId });
    try {
      await startChild(workflow, { workflowId, args, parentClosePolicy: ParentClosePolicy.ABANDON });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
  return reported.length;
}

/** Its charge had been given up on, and its saga has ended, when it turned out to have been captured. */
export async function giveLateCaptureBack(id: string): Promise<void> {
  await operatorOn(`${id}/undo`, () => continueAsNew<typeof giveLateCaptureBack>(id)).giveBack(id);
}

/** Its saga has ended in the middle of a refund whose answer was lost. */
export async function settleLostRefund(id: string, step: string): Promise<void> {
  await operatorOn(`${id}/${step}`, () => continueAsNew<typeof settleLostRefund>(id, step)).settleRefund(
    id,
    step,
  );
}

/**
 * The refund of a cancel was made after it had been given up on: its saga cancels what still stands; where it is over,
 * the customer may have both the money and the thing, and an operator decides (P6).
 */
export async function followLateRefund(id: string, key: string): Promise<void> {
  const operator = operatorOn(key, () => continueAsNew<typeof followLateRefund>(id, key));
  const follow = async () => {
    // Of a saga that has ended, the list of operators tells.
    await getExternalWorkflowHandle(id)
      .signal(refundedLate)
      .catch(() => undefined);
    await sleep(SEEN_TO_WITHIN, { summary: `until ${id} has been cancelled` });
    if (!(await paymentUntilDone.checkLateRefund(key)))
      throw ApplicationFailure.nonRetryable('what was refunded stands', NEEDS_OPERATOR);
  };
  await operator.untilDone(key, follow, () => undefined);
}

/** A difference between the provider's statement and our ledger, until both say the same or an operator has decided. */
export async function clearDifference(report: string): Promise<void> {
  const operator = operatorOn(report, () => continueAsNew<typeof clearDifference>(report));
  const check = async () => {
    const corrected = await paymentUntilDone.checkDifference(report);
    if (!corrected) throw ApplicationFailure.nonRetryable('still different', NEEDS_OPERATOR);
  };
  await operator.untilDone(report, check, () => undefined);
}

/**
 * A lasting undo whose saga was lost: it is over when the saga, started again from its row, has come to its end, or closed by
 * hand.
 */
export async function closeUndo(about: string): Promise<void> {
  const follow = async () => {
    if (!(await sagaIsOver(about))) throw ApplicationFailure.nonRetryable('its saga is lost', NEEDS_OPERATOR);
    await paymentUntilDone.undone(about);
  };
  await operatorOn(about, () => continueAsNew<typeof closeUndo>(about)).untilDone(
    about,
    follow,
    () => undefined,
  );
}

/** The provider has told of something: the operators' list has what comes of it. */
export async function followNotice(notice: Notice): Promise<void> {
  await paymentUntilDone.checkNotice(notice);
}

/**
 * A refund failed at the provider after it was made, and the customer has neither the money nor the thing (P6). What
 * failed once is not tried again by itself: on an operator's word a new refund is made, under a key of its own.
 */
export async function replaceFailedRefund(id: string): Promise<void> {
  const about = `${id}/undo`;
  const replace = async (isRetry: boolean) => {
    if (!isRetry) throw ApplicationFailure.nonRetryable('its refund has failed', NEEDS_OPERATOR);
    await paymentUntilDone.giveBack(id);
  };
  await operatorOn(about, () => continueAsNew<typeof replaceFailedRefund>(id)).untilDone(
    about,
    replace,
    () => undefined,
  );
}

/** A dispute, until it is won, or lost and an operator has answered for it. */
export async function followDispute(about: string, id: string): Promise<void> {
  const look = async () => {
    if (!(await paymentUntilDone.checkNotice({ of: 'dispute', id })))
      throw ApplicationFailure.nonRetryable('it is not won', NEEDS_OPERATOR);
  };
  await operatorOn(about, () => continueAsNew<typeof followDispute>(about, id)).untilDone(
    about,
    look,
    () => undefined,
  );
}

/** @param about what it sees to: an operator may decide on it at once */
const operatorOn = (about: string, anew: () => Promise<never>) =>
  new Operator(new Journal(), undefined, about, anew);
