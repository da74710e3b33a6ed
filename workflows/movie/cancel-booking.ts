import { ApplicationFailure } from '@temporalio/workflow';
import { REFUND_UNKNOWN } from '../payment/contract';
import type { Saga } from '../saga';
import { neverBegan, refusalOf } from '../services';
import type { Ask } from './messages';
import { movieUntilDone, payment, paymentUntilDone } from './steps';

/**
 * Seed 003, M5: the money goes back first, then the seats are free. A refund that the provider refuses or
 * cannot be asked for leaves the booking standing.
 * @throws ApplicationFailure `refund-refused`, `refund-unavailable`
 */
export async function cancelBooking(saga: Saga, id: string, ask: Ask): Promise<void> {
  await saga.run(async (step) => {
    await step('refund', { do: () => refund(id, ask.key) });
    await step('cancel', { do: () => movieUntilDone.cancel(id) });
  });
}

async function refund(id: string, request: string): Promise<void> {
  try {
    await payment.refund(id, request);
  } catch (error) {
    // The engine wraps what another service's step throws.
    const because = refusalOf(error);
    if (because.type === 'payment-unavailable' && neverBegan(because)) throw unavailable();
    if (because.type !== 'payment-unavailable' && because.type !== REFUND_UNKNOWN) throw because;
    // Sent, and the answer lost: only the provider knows, and the booking follows what it says (P3).
    const { refunded } = await paymentUntilDone.settleRefund(id, request);
    if (!refunded) throw unavailable();
  }
}

const unavailable = () => ApplicationFailure.nonRetryable('nothing was refunded', 'refund-unavailable');
