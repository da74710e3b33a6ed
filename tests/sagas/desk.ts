import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  type Workflow,
  WithStartWorkflowOperation,
  WorkflowUpdateFailedError,
  type WorkflowHandle,
} from '@temporalio/client';
import { ApplicationFailure, defineSearchAttributeKey, type UpdateDefinition } from '@temporalio/common';
import { randomUUID } from 'node:crypto';
import { typeid } from 'typeid-js';
import type { Screening } from '../../activities/movie/reads';
import type { Service } from '../../config';
import type { ConvertPoints, RentBike, ReportBike } from '../../workflows/bike/contract';
import { bikeRented, bikeReported, pointsConverted, returnBike } from '../../workflows/bike/messages';
import type { OrderFood } from '../../workflows/food/contract';
import { cancelOrder, completeDelivery, orderTaken } from '../../workflows/food/messages';
import type { BuyPass, RideKickboard } from '../../workflows/kickboard/contract';
import { passBought, returnKickboard, rideBegun } from '../../workflows/kickboard/messages';
import type { bookSeats } from '../../workflows/movie/book-seats';
import type { BookSeats } from '../../workflows/movie/contract';
import type { TopUp } from '../../workflows/payment/contract';
import { toppedUp } from '../../workflows/payment/messages';
import { booked, cancelBooking, collectTicket } from '../../workflows/movie/messages';
import { priceOf } from '../../workflows/movie/policy';

/** So long a customer waits for an answer. */
export const PATIENCE_MS = 4_500;
const HARU_CUSTOMER = defineSearchAttributeKey('HaruCustomer', 'KEYWORD');

/** An order as the API would make it of a request. */
export function orderFor(
  screening: Screening,
  { seats = ['1A'], token = 'tok_ok', answerBy = Date.now() + PATIENCE_MS } = {},
): BookSeats {
  return {
    id: typeid('bkg').toString(),
    customer: `u-${randomUUID()}`,
    screeningId: screening.id,
    seats,
    totalPrice: priceOf(seats, screening.price),
    payment: { method: 'card', token },
    answerBy,
    startsAt: screening.startsAt.getTime(),
    endsAt: screening.endsAt.getTime(),
  };
}

/** A top-up as the API would make it of a request. */
export const topUpFor = ({
  customer = `u-${randomUUID()}`,
  amount = 10_000,
  token = 'tok_ok',
  answerBy = Date.now() + PATIENCE_MS,
} = {}): TopUp => ({
  id: typeid('top').toString(),
  customer,
  amount,
  payment: { method: 'card', token },
  answerBy,
});

/**
 * Reaches sagas as the API does, without the API. Each call answers 'done', the name of the refusal, or
 * 'undecided' when the engine did not say: the API then looks at the thing itself.
 */
export class Desk {
  /**
   * @param now the time that the workflows go by, epoch milliseconds
   * @param indexed whether the engine can look workflows up by their customer
   */
  constructor(
    readonly client: Client,
    private readonly now: () => Promise<number> = () => Promise.resolve(Date.now()),
    private readonly indexed = true,
  ) {}

  book(order: BookSeats): Promise<string> {
    return this.begin('movie', 'bookSeats', booked, order, order.customer);
  }

  topUp(order: TopUp): Promise<string> {
    return this.begin('payment', 'topUp', toppedUp, order, order.customer);
  }

  buyPass(order: BuyPass): Promise<string> {
    return this.begin('kickboard', 'buyPass', passBought, order, order.customer);
  }

  ride(order: RideKickboard): Promise<string> {
    return this.begin('kickboard', 'rideKickboard', rideBegun, order, order.customer);
  }

  rent(order: RentBike): Promise<string> {
    return this.begin('bike', 'rentBike', bikeRented, order, order.customer);
  }

  report(order: ReportBike): Promise<string> {
    return this.begin('bike', 'reportBike', bikeReported, order, order.manager);
  }

  convert(order: ConvertPoints): Promise<string> {
    return this.begin('bike', 'convertPoints', pointsConverted, order, order.manager);
  }

  order(order: OrderFood): Promise<string> {
    return this.begin('food', 'orderFood', orderTaken, order, order.customer);
  }

  complete(order: string, patienceMs = PATIENCE_MS, courier = 'a courier'): Promise<string> {
    return this.ask(completeDelivery, order, { courier }, patienceMs);
  }

  /** A booking or an order. */
  cancel(id: string, patienceMs = PATIENCE_MS): Promise<string> {
    return this.ask(id.startsWith('ord_') ? cancelOrder : cancelBooking, id, {}, patienceMs);
  }

  collect(id: string, patienceMs = PATIENCE_MS): Promise<string> {
    return this.ask(collectTicket, id, {}, patienceMs);
  }

  /** A kickboard or a bike. */
  bringBack(id: string, location: string, patienceMs = PATIENCE_MS): Promise<string> {
    return this.ask(id.startsWith('rid_') ? returnKickboard : returnBike, id, { location }, patienceMs);
  }

  workflow(id: string): WorkflowHandle<typeof bookSeats> {
    return this.client.workflow.getHandle<typeof bookSeats>(id);
  }

  private begin(
    taskQueue: Service,
    workflow: string,
    answer: typeof booked,
    order: { id: string },
    customer: string,
  ): Promise<string> {
    return outcomeOf(
      this.client.workflow.executeUpdateWithStart(answer, {
        updateId: randomUUID(),
        startWorkflowOperation: new WithStartWorkflowOperation<Workflow>(workflow, {
          workflowId: order.id,
          taskQueue,
          args: [order],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          ...(this.indexed && { typedSearchAttributes: [{ key: HARU_CUSTOMER, value: customer }] }),
        }),
      }),
    );
  }

  private async ask<What extends object>(
    update: UpdateDefinition<void, [What & Asked]>,
    id: string,
    what: What,
    patienceMs: number,
  ): Promise<string> {
    const key = randomUUID();
    const asked = { ...what, key, answerBy: (await this.now()) + patienceMs };
    return outcomeOf(this.workflow(id).executeUpdate(update, { updateId: key, args: [asked] }));
  }
}

/** Names this one attempt, and until when it may be taken up. */
interface Asked {
  key: string;
  answerBy: number;
}

async function outcomeOf(answer: Promise<void>): Promise<string> {
  try {
    await answer;
    return 'done';
  } catch (error) {
    const cause = error instanceof WorkflowUpdateFailedError ? error.cause : error;
    if (cause instanceof ApplicationFailure && cause.type) return cause.type;
    if (cause instanceof ServiceError || isGrpcServiceError(cause)) return 'undecided';
    throw error;
  }
}
