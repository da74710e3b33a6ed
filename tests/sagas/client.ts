import type { Client, Workflow, WorkflowHandle } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { randomUUID } from 'node:crypto';
import { OutcomeUnknown, UnderWay } from '../../api/outages';
import { Problem } from '../../api/problems';
import { Sagas } from '../../api/sagas';
import { configFrom, type Service } from '../../config';
import type { ConvertPoints, RentBike, ReportBike } from '../../workflows/bike/contract';
import { bikeRented, bikeReported, pointsConverted, returnBike } from '../../workflows/bike/messages';
import type { OrderFood } from '../../workflows/food/contract';
import { cancelOrder, completeDelivery, orderTaken } from '../../workflows/food/messages';
import type { BuyPass, RideKickboard } from '../../workflows/kickboard/contract';
import { passBought, returnKickboard, rideBegun } from '../../workflows/kickboard/messages';
import type { BookSeats } from '../../workflows/movie/contract';
import { booked, cancelBooking, collectTicket } from '../../workflows/movie/messages';
import type { Decision, TopUp } from '../../workflows/payment/contract';
import { decide, toppedUp } from '../../workflows/payment/messages';
import type { Ask } from '../../workflows/saga';
import { PATIENCE_MS } from './orders';

/** Nobody is turned away at the door: what sagas do is judged here, not admission. */
const callerLeft = () => false;
const OPEN_DOORS = configFrom({ SAGAS_AT_ONCE: '10000', BREAKER_CALLS: '100000' });

/**
 * Reaches sagas by the API's own starter, without HTTP. Each call answers 'done', the name of the refusal, or
 * 'undecided' when the engine did not say: the API then looks at the thing itself.
 */
export class SagaClient {
  /** Ids of the workflows that an operator has cancelled. */
  readonly withdrawn = new Set<string>();
  private readonly sagas: Sagas;

  /** @param now the time that the workflows go by, epoch milliseconds */
  constructor(
    readonly client: Client,
    private readonly now: () => Promise<number> = () => Promise.resolve(Date.now()),
  ) {
    this.sagas = new Sagas(client, OPEN_DOORS);
  }

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
    return this.ask('food', completeDelivery, order, { courier }, patienceMs);
  }

  /** A booking or an order. */
  cancel(id: string, patienceMs = PATIENCE_MS): Promise<string> {
    return id.startsWith('ord_')
      ? this.ask('food', cancelOrder, id, {}, patienceMs)
      : this.ask('movie', cancelBooking, id, {}, patienceMs);
  }

  collect(id: string, patienceMs = PATIENCE_MS): Promise<string> {
    return this.ask('movie', collectTicket, id, {}, patienceMs);
  }

  /** A kickboard or a bike. */
  bringBack(id: string, location: string, patienceMs = PATIENCE_MS): Promise<string> {
    return id.startsWith('rid_')
      ? this.ask('kickboard', returnKickboard, id, { location }, patienceMs)
      : this.ask('bike', returnBike, id, { location }, patienceMs);
  }

  /** An operator's decision about parked money. */
  decide(id: string, about: string, action: Decision['action'], patienceMs = PATIENCE_MS): Promise<string> {
    return this.ask<Decision>(
      'payment',
      decide,
      id,
      { about, action, reason: 'test', by: 'yuna' },
      patienceMs,
    );
  }

  /** An operator cancels the workflow. */
  async withdraw(id: string): Promise<void> {
    this.withdrawn.add(id);
    await this.workflow(id).cancel();
  }

  workflow(id: string): WorkflowHandle {
    return this.client.workflow.getHandle(id);
  }

  private async begin<Order extends { id: string; answerBy: number }>(
    service: Service,
    workflow: string,
    answer: UpdateDefinition<void>,
    order: Order,
    customer: string,
  ): Promise<string> {
    let undecided = false;
    const refuse = () => Promise.resolve((undecided = true));
    const saga = { service, workflow, args: [order], answer, customer, refuse, about: {}, summary: workflow };
    const operation = {
      key: randomUUID(),
      thingId: order.id,
      answerBy: order.answerBy,
      askedBefore: false,
      callerLeft,
    };
    const heard = await answerOf(this.sagas.begin<Workflow>(saga, operation));
    return undecided ? 'undecided' : heard;
  }

  private async ask<A extends Ask>(
    service: Service,
    update: UpdateDefinition<void, [A]>,
    id: string,
    what: Omit<A, keyof Ask>,
    patienceMs: number,
  ): Promise<string> {
    const answerBy = (await this.now()) + patienceMs;
    const operation = { key: randomUUID(), thingId: id, answerBy, callerLeft };
    const answer = (askedBefore: boolean) =>
      answerOf(this.sagas.ask(service, id, update, { ...operation, askedBefore }, what));
    let heard = await answer(false);
    // As who hears a 202 does.
    while (heard === UNDER_WAY) heard = await answer(true);
    return heard;
  }
}

const UNDER_WAY = 'under way';

async function answerOf(act: Promise<void>): Promise<string> {
  try {
    await act;
    return 'done';
  } catch (error) {
    if (error instanceof Problem) return error.code;
    if (error instanceof OutcomeUnknown) return 'undecided';
    if (error instanceof UnderWay) return UNDER_WAY;
    throw error;
  }
}
