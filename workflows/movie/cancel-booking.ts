import { refund } from '../payment/refund';
import type { Booking } from './booking';
import type { Ask } from './messages';
import { movieUntilDone } from './steps';

/**
 * Seed 003, M5: the money goes back first, then the seats are free. A refund that the provider refuses or
 * cannot be asked for leaves the booking standing.
 * @throws ApplicationFailure `refund-refused`, `refund-unavailable`
 */
export async function cancelBooking(booking: Booking, ask: Ask): Promise<void> {
  const { saga, operator, order } = booking;
  await saga.run(async (step) => {
    await step('refund', { do: () => refund(operator, order.id, ask.key) });
    await step('cancel', { do: () => movieUntilDone.cancel(order.id) });
  });
}
