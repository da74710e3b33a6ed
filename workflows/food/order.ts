import { ApplicationFailure, CancellationScope, condition, setHandler } from '@temporalio/workflow';
import { Answer, toTheEnd } from '../answer';
import type { StartDelivery } from '../delivery/contract';
import type { Captured } from '../payment/contract';
import { Operator } from '../payment/operator';
import { Journal, type StepView } from '../progress';
import { Saga } from '../saga';
import { turns } from '../turns';
import { cancelOrder } from './cancel-order';
import { completeDelivery } from './complete-delivery';
import type { CancelReason, FoodFailure, OrderFood, OrderStatus } from './contract';
import * as messages from './messages';
import { refusedCancel, refusedCompletion } from './policy';
import { food, foodOnRecord, foodUntilDone } from './steps';

/** So long a courier who is early waits. */
const A_MOMENT_MS = 1_000;

/** What an order that is paid takes along into a new run. */
export interface Standing {
  status: 'PAID' | 'DELIVERING';
  isOffered: boolean;
  steps: StepView[];
}

/** An order as its workflow knows it: what it is, and how it answers whoever asks. */
export class Order {
  readonly journal: Journal;
  readonly saga: Saga;
  readonly operator: Operator;
  readonly inTurn = turns();
  status: OrderStatus = 'REFUSED';
  reason: CancelReason | undefined;
  /** It was paid, though it may have been refunded since. */
  wasPaid = false;
  /** A courier is looked for. */
  isOffered: boolean;
  /** A charge was tried, and only the provider knows what became of it. */
  isInDoubt = false;
  /** Epoch milliseconds; not paid by then, it is cancelled. */
  payableUntil = 0;
  /** The try that is under way. */
  trying: CancellationScope | undefined;
  private readonly answer: Answer;

  constructor(
    readonly wanted: OrderFood,
    standing: Standing | undefined,
  ) {
    this.journal = new Journal(standing?.steps);
    this.saga = new Saga(this.journal);
    this.operator = new Operator(this.journal);
    this.answer = new Answer(messages.orderTaken);
    this.isOffered = standing?.isOffered ?? false;
    if (standing) {
      this.status = standing.status;
      this.wasPaid = true;
      this.answer.yes();
    }
    this.serve();
  }

  /** For a new run; undefined where there is none to come. */
  get standing(): Standing | undefined {
    const { status, isOffered } = this;
    if (status !== 'PAID' && status !== 'DELIVERING') return undefined;
    return { status, isOffered, steps: this.journal.view() };
  }

  /** Paid, and neither delivered nor cancelled. */
  get isUnderWay(): boolean {
    return this.status === 'PAID' || this.status === 'DELIVERING';
  }

  /** Takes the order and answers. @returns whether it is one */
  async taken(): Promise<boolean> {
    const { wanted } = this;
    try {
      await this.saga.run(async (step) => {
        await step('take the order', {
          undo: async (because) => {
            this.status = await foodUntilDone.refuseOrder(wanted, because.type ?? 'conflict');
          },
          do: () => food.takeOrder(wanted),
        });
      });
      this.status = 'ORDERED';
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      // A worker may have died right after it was taken: what is an order by then stands.
      if (this.status === 'REFUSED') {
        this.answer.no(error);
        return false;
      }
    }
    this.answer.yes();
    return true;
  }

  /** What is taken is taken, though an operator cancels meanwhile. */
  async paid({ paymentId }: Captured): Promise<void> {
    await CancellationScope.nonCancellable(() => foodUntilDone.paid(this.wanted.id, paymentId));
    this.isInDoubt = false;
    this.wasPaid = true;
    this.status = 'PAID';
  }

  /** Never paid: cancelled, unless that was decided otherwise in the meantime. */
  async unpaid(reason: CancelReason): Promise<void> {
    if (this.status === 'ORDERED') await this.cancelled(reason);
  }

  async cancelled(reason: CancelReason): Promise<void> {
    await foodOnRecord.cancel(this.wanted.id, reason);
    this.reason = reason;
    this.status = 'CANCELLED';
  }

  async delivering(): Promise<void> {
    if (this.status !== 'PAID') return;
    await foodUntilDone.delivering(this.wanted.id);
    this.status = 'DELIVERING';
  }

  /**
   * What may have been charged though nobody heard of it goes back. A customer who is being asked about it just now
   * comes first: they may find it and have it refunded.
   */
  async leaveNothingCharged(): Promise<void> {
    await condition(() => this.status !== 'ORDERED');
    if (this.isInDoubt) await this.operator.giveBack(this.wanted.id);
  }

  delivery(): StartDelivery {
    const { deliveryId: id, id: orderId, customer, address, lines } = this.wanted;
    return { id, orderId, customer, address, lines: lines.map(({ name, quantity }) => ({ name, quantity })) };
  }

  private serve(): void {
    const mayCancel = (ask: messages.Ask) => allow(ask, refusedCancel(this.status));
    const mayComplete = (ask: messages.Ask) => allow(ask, refusedCompletion(this.status));

    const cancel = toTheEnd((ask: messages.Ask) => {
      this.trying?.cancel();
      return this.inTurn(async () => {
        mayCancel(ask);
        await cancelOrder(this, ask);
      });
    });
    setHandler(messages.cancelOrder, cancel, { validator: mayCancel });
    const complete = toTheEnd(async (ask: messages.Brought) => {
      // Couriers see a delivery a moment before its order knows that it has begun, or that it has to be resumed.
      await condition(() => this.status !== 'PAID' && this.saga.settled, A_MOMENT_MS);
      await this.inTurn(async () => {
        mayComplete(ask);
        await completeDelivery(this, ask);
      });
    });
    setHandler(messages.completeDelivery, complete, { validator: mayComplete });
  }
}

function allow(ask: messages.Ask, refused: FoodFailure | undefined): void {
  if (refused) throw ApplicationFailure.nonRetryable(refused, refused);
  if (Date.now() > ask.answerBy)
    throw ApplicationFailure.nonRetryable('asked too long ago', 'food-unavailable');
}
