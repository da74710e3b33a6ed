import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import type { Saga } from '../saga';
import { uncancelled } from '../scopes';
import { neverBegan, refusalOf } from '../services';
import { CANCEL_REFUND, REFUND_UNKNOWN } from './contract';
import { refundedLate } from './messages';
import type { Operator } from './operator';
import { payment, paymentUntilDone } from './steps';

/**
 * Gives a customer who cancels the whole charge back, while they wait.
 * @param request names this one attempt
 * @throws ApplicationFailure `refund-refused`, `refund-unavailable`: nothing went back
 */
export async function refund(operator: Operator, id: string, request: string): Promise<void> {
  try {
    await payment.refund({ of: id, step: CANCEL_REFUND, request });
  } catch (error) {
    // The engine wraps what another service's step throws.
    const because = refusalOf(error);
    if (because.type === 'payment-unavailable' && neverBegan(because)) throw unavailable();
    if (because.type !== 'payment-unavailable' && because.type !== REFUND_UNKNOWN) throw because;
    // Sent, and the answer lost: only the provider knows, and what was bought follows what it says (P3).
    const { refunded } = await operator.settleRefund(id, CANCEL_REFUND, request);
    if (!refunded) throw unavailable();
  }
}

/** What was bought, and is cancelled when its money has gone back. */
interface Bought<Status> {
  id: string;
  stands: () => boolean;
  /** @returns the status that the saga has from then on */
  cancel: () => Promise<Status>;
  /** An operator cancelled its workflow: gives the money back, and cancels. */
  withdraw: () => Promise<void>;
}

/**
 * The refund of a cancel that had been given up on came after all: what still stands is cancelled, so that nobody has
 * both the money and the thing (P6).
 */
export function onLateRefund<Status extends string>(
  saga: Saga<Status>,
  { id, stands, cancel }: Bought<Status>,
): void {
  setHandler(refundedLate, () =>
    uncancelled(() =>
      saga.exclusively(async () => {
        if (!stands()) return;
        saga.status = await cancel();
        await paymentUntilDone.closeLateRefund(id);
      }),
    ),
  );
}

/** A run that was lost may have been refunding what stands: what went back is cancelled (P5). */
export async function resumeRefund<Status extends string>(
  saga: Saga<Status>,
  { id, stands, cancel, withdraw }: Bought<Status>,
): Promise<void> {
  if (!stands()) return;
  await uncancelled(() =>
    saga.exclusively(async () => {
      const begun = await paymentUntilDone.refundBegun(id);
      if (begun === 'undo') await withdraw();
      else if (begun === 'refund' && (await saga.operator.settleRefund(id, CANCEL_REFUND)).refunded)
        saga.status = await cancel();
    }),
  );
}

const unavailable = () => ApplicationFailure.nonRetryable('nothing was refunded', 'refund-unavailable');
