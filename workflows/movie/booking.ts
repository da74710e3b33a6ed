import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import { Answer, toTheEnd } from '../answer';
import { Operator } from '../payment/operator';
import { Journal, type StepView } from '../progress';
import { Saga } from '../saga';
import { turns } from '../turns';
import { cancelBooking } from './cancel-booking';
import { collectTicket } from './collect-ticket';
import type { BookingStatus, BookSeats, MovieFailure } from './contract';
import * as messages from './messages';
import { refusedCancel, refusedCollect } from './policy';

/** What a booking that stands takes along into a new run. */
export interface Standing {
  ticketIssued: boolean;
  steps: StepView[];
}

/** A booking as its workflow knows it: what it is, and how it answers whoever asks. */
export class Booking {
  readonly journal: Journal;
  readonly saga: Saga;
  readonly operator: Operator;
  readonly answer: Answer;
  readonly inTurn = turns();
  status: BookingStatus;
  ticketIssued: boolean;

  constructor(
    readonly order: BookSeats,
    standing: Standing | undefined,
  ) {
    this.journal = new Journal(standing?.steps);
    this.saga = new Saga(this.journal);
    this.operator = new Operator(this.journal);
    this.answer = new Answer(messages.booked);
    this.status = 'PENDING';
    this.ticketIssued = standing?.ticketIssued ?? false;
    if (standing) this.booked();
    this.serve();
  }

  get stands(): boolean {
    return this.status === 'BOOKED';
  }

  booked(): void {
    this.status = 'BOOKED';
    this.answer.yes();
  }

  refused(because: ApplicationFailure): void {
    this.status = 'FAILED';
    this.answer.no(because);
  }

  /** @returns false when the time is up and the booking still stands */
  async decided(withinMs: number): Promise<boolean> {
    if (withinMs <= 0) return !this.stands;
    return condition(() => !this.stands || this.saga.mayLiveOn, withinMs);
  }

  private serve(): void {
    const { order } = this;
    const mayCancel = (ask: messages.Ask) =>
      allow(ask, refusedCancel(this.status, order.startsAt, Date.now()));
    const mayCollect = (ask: messages.Ask) =>
      allow(ask, refusedCollect(this.status, order.endsAt, Date.now()));

    const cancel = toTheEnd((ask: messages.Ask) =>
      this.inTurn(async () => {
        mayCancel(ask);
        await cancelBooking(this, ask);
        this.status = 'CANCELLED';
      }),
    );
    setHandler(messages.cancelBooking, cancel, { validator: mayCancel });
    const collect = toTheEnd((ask: messages.Ask) =>
      this.inTurn(async () => {
        mayCollect(ask);
        await collectTicket(this.saga, order.id, ask);
        this.status = 'COLLECTED';
      }),
    );
    setHandler(messages.collectTicket, collect, { validator: mayCollect });
  }
}

function allow(ask: messages.Ask, refused: MovieFailure | undefined): void {
  if (refused) throw ApplicationFailure.nonRetryable(refused, refused);
  if (Date.now() > ask.answerBy)
    throw ApplicationFailure.nonRetryable('asked too long ago', 'movie-unavailable');
}
