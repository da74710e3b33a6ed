import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  condition,
  continueAsNew,
  isCancellation,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import { beside } from '../beside';
import type { findCourier } from '../delivery/find-courier';
import { charged } from './charge';
import { CANCEL_REASONS, type CancelReason, type OrderFood, type OrderStatus } from './contract';
import { Order, type Standing } from './order';
import { deliveryUntilDone } from './steps';

/**
 * Seed 002: the order is taken and the customer answered; then it is charged as soon as payment answers (F1),
 * delivered (F2), and over when a courier has brought it or it was cancelled (F3).
 */
export async function orderFood(wanted: OrderFood, standing?: Standing): Promise<OrderStatus> {
  const order = new Order(wanted, standing);
  if (standing || (await order.taken())) {
    if (!standing) await pay(order);
    if (order.isUnderWay) {
      const delivering = beside(() => deliver(order));
      const livesOn = await untilOver(order);
      delivering.cancel();
      if (livesOn) await continueAsNew<typeof orderFood>(wanted, livesOn);
    }
    if (order.status === 'CANCELLED' && order.wasPaid)
      await CancellationScope.nonCancellable(() => callOff(order));
  }
  await order.saga.closed();
  return order.status;
}

/** The order is paid or cancelled afterwards. */
async function pay(order: Order): Promise<void> {
  try {
    await order.saga.run(async (step) => {
      await step('charge', {
        undo: (because) => order.inTurn(() => order.unpaid(reasonOf(because))),
        undoLater: () => order.leaveNothingCharged(),
        do: () => charged(order),
      });
    });
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
  }
}

const reasonOf = ({ type }: ApplicationFailure): CancelReason =>
  CANCEL_REASONS.find((reason) => reason === type) ?? 'cancelled-by-operator';

/** Delivery may be down for hours: it starts when it is there. */
async function deliver(order: Order): Promise<void> {
  if (order.status === 'PAID') {
    await order.journal.during('start the delivery', () => deliveryUntilDone.startDelivery(order.delivery()));
    await order.inTurn(() => order.delivering());
  }
  if (!order.isOffered) await offer(order);
}

/** Looking for a courier has a life of its own: it ends when someone has the delivery, or it is over. */
async function offer(order: Order): Promise<void> {
  const { deliveryId } = order.wanted;
  try {
    await startChild<typeof findCourier>('findCourier', {
      taskQueue: 'delivery',
      workflowId: deliveryId,
      args: [deliveryId],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
    });
  } catch (error) {
    // A courier who took it at once and declined has begun the search anew.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  order.isOffered = true;
}

/** What a courier completed in vain is resumed first: a delivery that is completed stays so. */
async function callOff(order: Order): Promise<void> {
  await condition(() => order.saga.settled);
  await deliveryUntilDone.cancelDelivery(order.delivery());
}

/** @returns how it lives on in a new run, when it is not over */
async function untilOver(order: Order): Promise<Standing | undefined> {
  const waiting = order.journal.begin('wait for the delivery', 'WAITING');
  try {
    await condition(() => !order.isUnderWay || order.saga.mayLiveOn);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    // An operator cancelled the workflow: until it is delivered the customer gets the money back.
    await CancellationScope.nonCancellable(() => order.inTurn(() => withdraw(order)));
  }
  waiting.became('DONE');
  return order.standing;
}

async function withdraw(order: Order): Promise<void> {
  if (!order.isUnderWay) return;
  await order.operator.giveBack(order.wanted.id);
  await order.cancelled('cancelled-by-operator');
}
