import { ApplicationFailure } from '@temporalio/workflow';
import { REFUND_UNKNOWN } from '../payment/contract';
import { payment } from '../payment/steps';
import { neverBegan, refusalOf } from '../services';
import type { Booking } from './booking';
import type { Ask } from './messages';
import { movieUntilDone } from './steps';

const REFUND = 'refund';

/**
 * Seed 003, M5: the money goes back first, then the seats are free. A refund that the provider refuses or
 * cannot be asked for leaves the booking standing.
 * @throws ApplicationFailure `refund-refused`, `refund-unavailable`
 */
export async function cancelBooking(booking: Booking, ask: Ask): Promise<void> {
  await booking.saga.run(async (step) => {
    await step('refund', { do: () => refund(booking, ask.key) });
    await step('cancel', { do: () => movieUntilDone.cancel(booking.order.id) });
  });
}

async function refund({ order: { id }, operator }: Booking, request: string): Promise<void> {
  try {
    await payment.refund({ of: id, step: REFUND, request });
  } catch (error) {
    // The engine wraps what another service's step throws.
    const because = refusalOf(error);
    if (because.type === 'payment-unavailable' && neverBegan(because)) throw unavailable();
    if (because.type !== 'payment-unavailable' && because.type !== REFUND_UNKNOWN) throw because;
    // Sent, and the answer lost: only the provider knows, and the booking follows what it says (P3).
    const { refunded } = await operator.settleRefund(id, REFUND, request);
    if (!refunded) throw unavailable();
  }
}

const unavailable = () => ApplicationFailure.nonRetryable('nothing was refunded', 'refund-unavailable');
