import { ApplicationFailure } from '@temporalio/workflow';
import { neverBegan, refusalOf } from '../services';
import { REFUND_UNKNOWN } from './contract';
import type { Operator } from './operator';
import { payment } from './steps';

const STEP = 'refund';

/**
 * Gives a customer who cancels the whole charge back, while they wait.
 * @param request names this one attempt
 * @throws ApplicationFailure `refund-refused`, `refund-unavailable`: nothing went back
 */
export async function refund(operator: Operator, id: string, request: string): Promise<void> {
  try {
    await payment.refund({ of: id, step: STEP, request });
  } catch (error) {
    // The engine wraps what another service's step throws.
    const because = refusalOf(error);
    if (because.type === 'payment-unavailable' && neverBegan(because)) throw unavailable();
    if (because.type !== 'payment-unavailable' && because.type !== REFUND_UNKNOWN) throw because;
    // Sent, and the answer lost: only the provider knows, and what was bought follows what it says (P3).
    const { refunded } = await operator.settleRefund(id, STEP, request);
    if (!refunded) throw unavailable();
  }
}

const unavailable = () => ApplicationFailure.nonRetryable('nothing was refunded', 'refund-unavailable');
