import { refund } from '../payment/refund';
import { findOut } from './charge';
import type { Ask } from './messages';
import type { Order } from './order';

/**
 * Seed 002, F3: the money goes back first, then the order is cancelled. What was never charged is dropped, payment
 * down or not. A refund that is refused or cannot be made now leaves the order standing.
 * @throws ApplicationFailure `refund-refused`, `refund-unavailable`
 */
export async function cancelOrder(order: Order, { key }: Ask): Promise<void> {
  const { id } = order.wanted;
  await order.saga.run(async (step) => {
    if (order.isInDoubt) {
      const captured = await step('find out about the charge', { do: () => findOut(order) });
      order.isInDoubt = false;
      if (captured) await order.paid(captured);
    }
    if (order.isUnderWay) await step('refund', { do: () => refund(order.operator, id, key) });
    await step('cancel', { do: () => order.cancelled('cancelled-by-customer') });
  });
}
