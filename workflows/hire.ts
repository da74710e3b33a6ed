import type { UpdateDefinition } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import { Answer, toTheEnd } from './answer';
import { type Entry, Journal } from './progress';
import { Saga } from './saga';
import { refusalOf } from './services';
import { turns } from './turns';

export type HireStatus = 'RENTED' | 'RETURNED' | 'REFUSED';

/** An update of a running hire: the vehicle is brought back. */
export interface BringBack {
  /** Names this one attempt. */
  key: string;
  /** Epoch milliseconds: not taken up by then, never done. */
  answerBy: number;
  /** Where it is left. */
  location: string;
}

/** How a hire stands on record. */
export interface Standing {
  status: HireStatus;
  /** Epoch milliseconds; null for what was refused. */
  startedAt: number | null;
}

/** How a vehicle comes back: where it was left and when (epoch milliseconds), and until when it may be written down. */
export interface Back {
  endedAt: number;
  /** Where it was rented, unless said. */
  location?: string;
  answerBy?: number;
}

/** The steps of a service that hires vehicles out. */
interface HireSteps {
  /**
   * Claims all that is needed at once, or nothing, from then on (epoch milliseconds).
   * @returns since when it is claimed: a worker may have died right after it
   * @throws ApplicationFailure why not
   */
  claim: (startedAt: number) => Promise<number>;
  /** Claimed or refused, whichever is written down first. @returns how it stands */
  refuse: (failure: string) => Promise<Standing>;
  /** The vehicle is free from then on; on record before it is done. @throws ApplicationFailure when it is too late to say so */
  takeBack: (back: Back) => Promise<unknown>;
}

/** A vehicle in a customer's hands: claimed, answered for, and brought back (K2, K3; B2, B3). */
export class Hire {
  readonly journal = new Journal();
  /** Epoch milliseconds, as on record once it is begun. */
  startedAt = Date.now();
  endedAt: number | undefined;
  private status: HireStatus | undefined;
  private readonly saga = new Saga(this.journal);
  private readonly answer: Answer;
  private readonly inTurn = turns();
  private waiting: Entry | undefined;

  constructor(
    claimed: UpdateDefinition<void>,
    broughtBack: UpdateDefinition<void, [BringBack]>,
    private readonly unavailable: string,
    private readonly steps: HireSteps,
  ) {
    this.answer = new Answer(claimed);
    const serve = toTheEnd((ask: BringBack) =>
      this.inTurn(async () => {
        // After a worker's death the customer may come back before the claim is heard of.
        await condition(() => this.status !== undefined);
        this.mayTakeBack(ask);
        await this.takeBack({ endedAt: Date.now(), location: ask.location, answerBy: ask.answerBy });
      }),
    );
    setHandler(broughtBack, serve, { validator: (ask: BringBack) => this.mayTakeBack(ask) });
  }

  /** Claims the vehicle and answers. @returns whether the customer has it */
  async begun(): Promise<boolean> {
    try {
      await this.saga.run(async (step) => {
        await step('claim', {
          undo: async (because) => {
            const { status, startedAt } = await this.steps.refuse(because.type ?? 'conflict');
            this.startedAt = startedAt ?? this.startedAt;
            this.status = status;
          },
          do: async () => {
            this.startedAt = await this.steps.claim(this.startedAt);
          },
        });
      });
      this.status = 'RENTED';
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      // A worker may have died right after the claim: what the customer has by then stands.
      if (this.status === 'REFUSED') {
        this.answer.no(error);
        return false;
      }
    }
    this.answer.yes();
    return true;
  }

  /**
   * Waits for the vehicle. When an operator cancels the workflow it is taken back where it was rented.
   * @param until epoch milliseconds; for ever unless said
   * @returns false when the time is up and it is still out
   */
  async back(until = Infinity): Promise<boolean> {
    this.waiting ??= this.journal.begin('wait for the return', 'WAITING');
    const isBack = () => this.status === 'RETURNED';
    try {
      if (until === Infinity) await condition(isBack);
      else if (until > Date.now()) await condition(isBack, until - Date.now());
    } catch (error) {
      if (!isCancellation(error)) throw error;
      await CancellationScope.nonCancellable(() => this.inTurn(() => this.recall()));
    }
    if (isBack()) this.waiting.became('DONE');
    return isBack();
  }

  /** Resolves when everyone who asked has an answer. */
  async closed(): Promise<HireStatus> {
    await CancellationScope.nonCancellable(() => this.saga.closed());
    return this.status ?? 'REFUSED';
  }

  private async recall(): Promise<void> {
    if (this.status === 'RENTED') await this.takeBack({ endedAt: Date.now() });
  }

  private async takeBack(back: Back): Promise<void> {
    try {
      await this.journal.during('take it back', () => this.steps.takeBack(back));
    } catch (error) {
      // The engine wraps what a step on record throws.
      throw refusalOf(error);
    }
    this.endedAt = back.endedAt;
    this.status = 'RETURNED';
  }

  private mayTakeBack({ answerBy }: BringBack): void {
    if (this.status === 'RETURNED') throw refused('already-returned');
    if (this.status === 'REFUSED') throw refused('conflict');
    if (Date.now() > answerBy) throw refused(this.unavailable);
  }
}

const refused = (failure: string) => ApplicationFailure.nonRetryable(failure, failure);
