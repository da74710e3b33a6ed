import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  ChildWorkflowCancellationType,
  condition,
  continueAsNew,
  isCancellation,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import type { StartDelivery } from '../delivery/contract';
import type { findCourier } from '../delivery/find-courier';
import { chargeFor } from '../payment/charge';
import { CHARGE_CLOSED, type Captured, type MoneyBack } from '../payment/contract';
import { onLateRefund, refund, resumeRefund } from '../payment/refund';
import { payment, paymentOnce, paymentUntilDone } from '../payment/steps';
import { type Ask, Saga, type Step } from '../saga';
import { inBackground, TimedScope, uncancelled, untilTaken } from '../scopes';
import { foundBy } from '../search-attributes';
import { neverBegan, refusalOf } from '../services';
import {
  CANCEL_REASONS,
  type CancelReason,
  type CarriedOrder,
  type OrderFood,
  type OrderStatus,
} from './contract';
import { type Brought, cancelOrder, completeDelivery, orderTaken } from './messages';
import { chargedAgainAfter, PAID_WITHIN_MS, refusedCancel, refusedCompletion } from './policy';
import { delivery, deliveryUntilDone, food, foodOnRecord, foodUntilDone } from './steps';

const EARLY_COMPLETION_WAIT_MS = 1_000;

/**
 * Seed 002: the order is taken and the customer answered; then it is charged as soon as payment answers (F1),
 * delivered (F2), and over when a courier has brought it or it was cancelled (F3). After a worker's death
 * another replays the history and goes on.
 * @param carried what a run before leaves to this one: it continued as new, or was lost (activities/recovery.ts)
 */
export async function orderFood(order: OrderFood, carried?: CarriedOrder): Promise<OrderStatus> {
  const { id, deliveryId } = order;
  const saga = new Saga<OrderStatus>({ service: 'food', begun: orderTaken, carried });
  const isUnderWay = () => saga.status === 'PAID' || saga.status === 'DELIVERING';
  let cancelledBecause: CancelReason | undefined;
  /** True once captured, even if refunded since. */
  let wasPaid = carried !== undefined && carried.status !== 'ORDERED';
  /** The search for a courier has started. */
  let isOffered = carried?.isOffered ?? false;
  /** An attempt to charge has an unknown outcome. */
  let isInDoubt = carried?.status === 'ORDERED';
  /** Payment deadline, epoch milliseconds: an order unpaid by then is cancelled. */
  let payableUntil = 0;
  /** The attempt to charge that is under way. */
  let attempt: TimedScope | undefined;

  saga.on(cancelOrder, {
    before: () => attempt?.cancel(),
    refuse: () => refusedCancel(saga.status ?? 'REFUSED'),
    act: refundAndCancel,
  });
  const bought = { id, stands: isUnderWay, cancel: cancelForCustomer, withdraw };
  onLateRefund(saga, bought);
  saga.on(completeDelivery, {
    // Couriers see a delivery a moment before its order knows that it has begun, or that it has to be resumed.
    before: () =>
      condition(() => saga.status !== 'PAID' && saga.settled, EARLY_COMPLETION_WAIT_MS, {
        summary: 'until the delivery has begun',
      }),
    refuse: () => refusedCompletion(saga.status ?? 'REFUSED'),
    act: complete,
  });

  const taken =
    carried !== undefined ||
    (await saga.begin('ORDERED', 'REFUSED', (step) =>
      step('take the order', {
        undo: ({ failure }) => foodUntilDone.refuseOrder(order, failure),
        do: () => food.takeOrder(order),
      }),
    ));
  if (taken && !wasPaid) await pay();
  if (carried?.lost) await resumeRefund(saga, bought);
  if (isUnderWay()) {
    const delivering = inBackground(deliver);
    await saga.wait('wait for the delivery', {
      while: isUnderWay,
      onCancellation: withdraw,
      continuable: true,
    });
    delivering.cancel();
    const { status } = saga;
    if (status === 'PAID' || status === 'DELIVERING')
      await continueAsNew<typeof orderFood>(order, { status, isOffered, steps: saga.journal.view() });
  }
  if (saga.status === 'CANCELLED' && wasPaid)
    await uncancelled(() => saga.operator.oversee('start the delivery', callOff));
  return saga.close();

  /**
   * F3: the money goes back first, then the order is cancelled. An order that was never charged can be cancelled even while
   * payment is down. If the refund fails, the order stands.
   */
  async function refundAndCancel(step: Step<OrderStatus>, { key }: Ask): Promise<OrderStatus> {
    if (isInDoubt) {
      const captured = await step('find out about the charge', { do: resolveCharge });
      isInDoubt = false;
      if (captured) await recordPaid(captured);
    }
    if (isUnderWay()) await step('refund', { do: () => refund(saga.operator, id, key) });
    return step('cancel', { do: cancelForCustomer });
  }

  /** F2: the courier reports completion; the order becomes DELIVERED. */
  async function complete(
    step: Step<OrderStatus>,
    { courier, key, answerBy }: Brought,
  ): Promise<OrderStatus> {
    if (saga.status === 'PAID' || !saga.settled) throw failed('delivery-unavailable');
    await step('complete the delivery', {
      undoLater: async (because) => {
        if (!because.neverBegan) await deliveryUntilDone.resumeDelivery(deliveryId, key);
      },
      do: () => delivery.completeDelivery(deliveryId, courier, key, answerBy),
    });
    await step('deliver', { do: () => foodUntilDone.delivered(id, answerBy) });
    return 'DELIVERED';
  }

  /** On return the order is PAID or CANCELLED. */
  async function pay(): Promise<void> {
    try {
      await saga.run((step) =>
        step('charge', {
          undo: ({ failure }) =>
            saga.exclusively(async () => {
              if (saga.status === 'ORDERED') await cancel(reasonOf(failure));
            }),
          undoLater: leaveNothingCharged,
          do: chargeUntilSettled,
        }),
      );
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
    }
  }

  /**
   * F1: charged as soon as payment answers. Each attempt has the same key: one charge, however often it is asked for. So a
   * payment worker that dies after the capture leaves it in doubt, and the next attempt gets the answer of the first.
   * @throws ApplicationFailure the reason for which the order is, or is to be, cancelled
   */
  async function chargeUntilSettled(): Promise<void> {
    // The card's token was known to the lost run alone: nothing is sent any more.
    payableUntil = Date.now() + (carried ? 0 : PAID_WITHIN_MS);
    for (let tries = 1; saga.status === 'ORDERED'; tries++) {
      const left = payableUntil - Date.now();
      if (left <= 0) throw failed('payment-too-late');
      if (tries > 1)
        await condition(() => saga.status !== 'ORDERED', Math.min(chargedAgainAfter(tries - 1), left), {
          summary: 'until payment is tried again',
        });
      await saga.exclusively(async () => {
        if (saga.status !== 'ORDERED' || Date.now() >= payableUntil) return;
        const captured = await charge();
        if (captured) await recordPaid(captured);
      });
    }
    if (saga.status === 'CANCELLED') throw failed(cancelledBecause ?? 'cancelled-by-customer');
  }

  /**
   * One attempt: waits for a payment worker; abandoned at the deadline or on cancellation if it has not started.
   * @returns undefined where nothing was captured as far as anybody knows
   */
  async function charge(): Promise<Captured | undefined> {
    const wanted = { ...chargeFor(order, order.totalPrice, 'revenue:food'), answerBy: payableUntil };
    attempt = new TimedScope(payableUntil - Date.now(), 'until it is too late to pay');
    try {
      return await attempt.run(() => paymentOnce.pay(wanted));
    } catch (error) {
      // Cancelled before it started: a started attempt runs to its end.
      if (isCancellation(error)) return undefined;
      const because = refusalOf(error);
      if (because.type === 'payment-declined') throw because;
      // An earlier cancellation closed this charge, and its answer was lost.
      if (because.type === CHARGE_CLOSED) throw failed('cancelled-by-customer');
      isInDoubt = true;
      return undefined;
    } finally {
      attempt = undefined;
    }
  }

  /**
   * Resolves a charge whose outcome is unknown: captured, or closed for good.
   * @throws ApplicationFailure `refund-unavailable`: nobody can say now
   */
  async function resolveCharge(): Promise<Captured | undefined> {
    try {
      return await payment.dropCharge(id);
    } catch (error) {
      const because = refusalOf(error);
      if (because.type !== 'payment-unavailable') throw because;
      if (neverBegan(because)) throw failed('refund-unavailable');
    }
    // It may have been closed, and the answer lost: whoever knows is asked until they answer. Past the time to
    // pay the order is cancelled, and what may have been captured goes back.
    const scope = new TimedScope(Math.max(payableUntil - Date.now(), 1), 'until it is too late to pay');
    try {
      return await scope.run(() => paymentUntilDone.dropCharge(id));
    } catch (error) {
      throw isCancellation(error) ? failed('refund-unavailable') : refusalOf(error);
    }
  }

  /** What is captured stays so, though an operator cancels meanwhile. */
  async function recordPaid({ paymentId }: Captured): Promise<void> {
    await uncancelled(() => foodUntilDone.paid(id, paymentId));
    isInDoubt = false;
    wasPaid = true;
    saga.status = 'PAID';
  }

  /**
   * Refunds a capture that nobody heard of. A cancellation in progress goes first: it may resolve the charge and refund it
   * itself.
   */
  async function leaveNothingCharged(): Promise<void> {
    await condition(() => saga.status !== 'ORDERED');
    if (isInDoubt) await saga.operator.giveBack(id);
  }

  async function cancel(because: CancelReason, money?: MoneyBack): Promise<void> {
    await foodOnRecord.cancel(id, because, money);
    cancelledBecause = because;
    saga.status = 'CANCELLED';
  }

  async function cancelForCustomer(): Promise<OrderStatus> {
    await cancel('cancelled-by-customer');
    return 'CANCELLED';
  }

  /** Tries until the delivery service accepts it, which may be down for hours. */
  async function deliver(): Promise<void> {
    if (carried?.lost) await untilTaken(() => saga.exclusively(() => delivery.resumeDelivery(deliveryId)));
    if (saga.status === 'PAID') {
      await saga.journal.during('start the delivery', () =>
        deliveryUntilDone.startDelivery(deliveryOf(order)),
      );
      await saga.exclusively(async () => {
        if (saga.status !== 'PAID') return;
        await foodUntilDone.delivering(id);
        saga.status = 'DELIVERING';
      });
    }
    if (!isOffered) await lookForCourier(deliveryId);
    isOffered = true;
  }

  /** Waits for a delivery that is being resumed: a completed one cannot be cancelled. */
  async function callOff(): Promise<void> {
    await condition(() => saga.settled);
    if (carried?.lost) await deliveryUntilDone.resumeDelivery(deliveryId);
    await deliveryUntilDone.cancelDelivery(deliveryOf(order));
  }

  /** An operator cancelled the workflow before the delivery: refund the customer, cancel the order. */
  async function withdraw(): Promise<void> {
    await cancel('cancelled-by-operator', await saga.operator.moneyBack(id));
  }
}

/** The search has a workflow of its own: it ends when a courier accepts, or the delivery ends. */
async function lookForCourier(deliveryId: string): Promise<void> {
  try {
    await startChild<typeof findCourier>('findCourier', {
      taskQueue: 'delivery',
      workflowId: deliveryId,
      args: [deliveryId],
      staticSummary: 'find a courier',
      typedSearchAttributes: foundBy('delivery'),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
    });
  } catch (error) {
    // A courier who took it at once and declined has begun the search anew.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

const deliveryOf = ({ deliveryId, id, customer, address, lines }: OrderFood): StartDelivery => ({
  ...{ id: deliveryId, orderId: id, customer, address },
  lines: lines.map(({ name, quantity }) => ({ name, quantity })),
});

const reasonOf = (failure: string): CancelReason =>
  CANCEL_REASONS.find((reason) => reason === failure) ?? 'cancelled-by-operator';

const failed = (failure: string) => ApplicationFailure.nonRetryable(failure, failure);
