import { ApplicationFailure } from '@temporalio/workflow';
import { neverBegan } from '../services';
import type { Brought } from './messages';
import type { Order } from './order';
import { delivery, deliveryUntilDone, foodUntilDone } from './steps';

/**
 * Seed 002, F2: the courier has brought it, the order is DELIVERED.
 * @throws ApplicationFailure `delivery-unavailable`, `food-unavailable`
 */
export async function completeDelivery(order: Order, { courier, key, answerBy }: Brought): Promise<void> {
  const { id, deliveryId } = order.wanted;
  if (order.status === 'PAID' || !order.saga.settled)
    throw ApplicationFailure.nonRetryable('it has not begun, or is being resumed', 'delivery-unavailable');
  await order.saga.run(async (step) => {
    await step('complete the delivery', {
      undoLater: async (because) => neverBegan(because) || deliveryUntilDone.resumeDelivery(deliveryId, key),
      do: () => delivery.completeDelivery(deliveryId, courier, key),
    });
    await step('deliver', { do: () => foodUntilDone.delivered(id, answerBy) });
  });
  order.status = 'DELIVERED';
}
