import type { UpdateDefinition } from '@temporalio/common';
import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import type { Service } from '../config';
import { mutex } from './mutex';
import { outcomeOf, setOutcome } from './outcome';
import { Operator, type ParkedSteps } from './payment/operator';
import { type Entry, Journal, type StepView } from './progress';
import { hasLongHistory, uncancelled } from './scopes';
import { downOf, neverBegan, refusalOf } from './services';
import { utc } from './wording';

/** Why steps were undone. */
interface Refusal {
  /** The failure's name in a contract. */
  failure: string;
  /** Whether no worker took the failed step up: then it has not happened, and never will. */
  neverBegan: boolean;
}

/**
 * A step and its compensation, which the saga knows before the step begins: it must tolerate that the step never
 * happened, happened in part, or happens late.
 */
interface Work<T, Status> {
  /** Awaited before the refusal is answered: of the saga's own domain, quick. @returns the status on record, which becomes the saga's */
  undo?: (because: Refusal) => Promise<Status | void>;
  /** In the background, after the refusal too: of another service, which may be down for hours. */
  undoLater?: (because: Refusal) => Promise<Status | void>;
  do: () => Promise<T>;
}

export type Step<Status> = <T>(name: string, work: Work<T, Status>) => Promise<T>;

/** An update of a running saga. */
export interface Ask {
  /** Names this one attempt: the caller's idempotency key and more, since a key is free again after a 503. */
  key: string;
  /** Epoch milliseconds: not taken up by then, never done. */
  answerBy: number;
}

interface Served<A extends Ask, Status> {
  /** Why it may not be done now, by its name in a contract. Checked on arrival, and again when its turn has come. */
  refuse: (ask: A) => string | undefined;
  /** Awaited on arrival, before its turn. */
  before?: (ask: A) => unknown;
  /** @returns the status that the saga has from then on */
  act: (step: Step<Status>, ask: A) => Promise<Status>;
}

interface Wait {
  while: () => boolean;
  /** Deadline, epoch milliseconds. */
  until?: number;
  /** What happens at the deadline, for the Web UI: "the screening ends". */
  untilThat?: string;
  onDeadline?: () => Promise<void>;
  /** An operator cancelled the workflow before the deadline. */
  onCancellation: () => Promise<void>;
  /** Also ends once the history is long and the flow can go on in a new run. */
  continuable?: boolean;
}

/** What a saga takes along into a new run of its workflow. */
export interface CarriedState<Status> {
  status: Status;
  steps: StepView[];
}

/**
 * The frame of every flow: steps that are undone when a later one fails, the answer to whoever began it, updates one
 * at a time, operators' decisions, and the end.
 */
export class Saga<Status extends string> {
  readonly journal: Journal;
  readonly operator: Operator;
  /** Mutex with the updates, for whatever else decides about the saga. */
  readonly exclusively = mutex();
  private readonly service: Service;
  private currentStatus: Status | undefined;
  private refusal: ApplicationFailure | undefined;
  private answered = false;
  private readonly undoing = new Set<Promise<void>>();
  private readonly stuck: string[] = [];

  /** @param begun the update that is sent with the start @param parked the steps that may wait for an operator */
  constructor({
    service,
    begun,
    carried,
    parked,
  }: {
    service: Service;
    begun: UpdateDefinition<void>;
    carried?: CarriedState<Status> | undefined;
    parked?: ParkedSteps;
  }) {
    this.service = service;
    this.journal = new Journal(carried?.steps);
    this.operator = new Operator(this.journal, parked);
    setHandler(begun, () =>
      uncancelled(async () => {
        await condition(() => this.answered);
        if (this.refusal) throw this.refusal;
      }),
    );
    if (carried) this.answer(carried.status);
  }

  /** Undefined before the first steps have come about or were undone. */
  get status(): Status | undefined {
    return this.currentStatus;
  }

  set status(status: Status | undefined) {
    this.currentStatus = status;
    this.showStatus();
  }

  /**
   * The steps up to the answer: whoever began the saga hears that it is `done`, or why not.
   * @returns whether it is done: also where a worker died right after the last step, and only the undo found it so
   */
  async begin(
    done: Status,
    refused: Status,
    steps: (step: Step<Status>) => Promise<unknown>,
  ): Promise<boolean> {
    try {
      await this.run(steps);
      this.answer(done);
    } catch (error) {
      if (!(error instanceof ApplicationFailure)) throw error;
      this.answer(this.status ?? refused, this.status === done ? undefined : error);
    }
    return this.status === done;
  }

  /**
   * Runs steps. When one fails, for whatever reason, cancellation included, every undo known by then begins at once,
   * the last step's first and side by side: a dead provider does not keep seats held.
   * @throws ApplicationFailure why they were undone; `undoLater` may still be under way
   */
  async run<T>(steps: (step: Step<Status>) => Promise<T>): Promise<T> {
    const undos: ((because: Refusal) => Promise<void> | void)[] = [];

    const step: Step<Status> = async (name, { undo, undoLater, do: act }) => {
      const entry = this.journal.begin(name);
      if (undo) undos.unshift((because) => this.undo(name, entry, () => undo(because)));
      if (undoLater) undos.unshift((because) => void this.undo(name, entry, () => undoLater(because)));
      try {
        const result = await act();
        entry.became('DONE');
        return result;
      } catch (error) {
        entry.became('FAILED');
        throw error;
      }
    };

    try {
      return await steps(step);
    } catch (error) {
      const failure = refusalOf(error);
      const because = { failure: failure.type ?? 'conflict', neverBegan: neverBegan(failure) };
      await uncancelled(() => Promise.all(undos.map(async (undo) => undo(because))));
      throw failure;
    }
  }

  /** Serves an update, one after the other and to its end, though an operator cancels the workflow meanwhile. */
  on<A extends Ask>(update: UpdateDefinition<void, [A]>, { refuse, before, act }: Served<A, Status>): void {
    const validator = (ask: A) => {
      const failure = refuse(ask) ?? (Date.now() > ask.answerBy ? downOf(this.service) : undefined);
      if (failure !== undefined) throw ApplicationFailure.nonRetryable(failure, failure);
    };
    const serve = (ask: A) =>
      uncancelled(async () => {
        await before?.(ask);
        await this.exclusively(async () => {
          validator(ask);
          this.status = await this.run((step) => act(step, ask));
        });
      });
    setHandler(update, serve, { validator });
  }

  /** Waits for what becomes of the saga. */
  async wait(
    name: string,
    {
      until = Infinity,
      untilThat = 'the wait is over',
      onDeadline,
      onCancellation,
      continuable,
      ...wait
    }: Wait,
  ): Promise<void> {
    const entry = this.journal.waiting(name);
    const isOver = () => !wait.while() || (continuable === true && this.mayContinueAsNew);
    let end: typeof onDeadline;
    try {
      const left = until - Date.now();
      if (left === Infinity) await condition(isOver);
      else if (
        left <= 0 ||
        !(await condition(isOver, left, { summary: `until ${untilThat}, ${utc(until)}` }))
      )
        end = onDeadline;
    } catch (error) {
      if (!isCancellation(error)) throw error;
      end = Date.now() < until ? onCancellation : onDeadline;
    }
    if (end) await uncancelled(() => this.exclusively(async () => (wait.while() ? end() : undefined)));
    if (!wait.while()) entry.became('DONE');
  }

  /** Whether nothing is being undone just now. */
  get settled(): boolean {
    return this.undoing.size === 0;
  }

  /**
   * Resolves when everyone who asked has an answer and nothing is left to undo: undoing may need an operator, who is
   * to be answered too.
   * @throws ApplicationFailure `undo-failed` naming what an undo gave up on: a defect, since undos do not give up
   */
  async close(): Promise<Status> {
    await uncancelled(async () => {
      await condition(() => allHandlersFinished() && this.settled);
      while (!this.settled) await Promise.all(this.undoing);
      if (this.stuck.length > 0)
        throw ApplicationFailure.nonRetryable(`not undone: ${this.stuck.join(', ')}`, 'undo-failed');
    });
    const status = this.status as Status;
    setOutcome(outcomeOf(status));
    return status;
  }

  private get mayContinueAsNew(): boolean {
    return hasLongHistory() && allHandlersFinished() && this.settled;
  }

  private showStatus(): void {
    const refusal = this.refusal && ` because of \`${this.refusal.type}\``;
    this.journal.headlined(`### ${this.currentStatus}${refusal ?? ''}`);
  }

  private answer(status: Status, refusal?: ApplicationFailure): void {
    this.refusal = refusal;
    this.status = status;
    this.answered = true;
  }

  private undo(name: string, entry: Entry, undo: () => Promise<Status | void>): Promise<void> {
    const outcome: Promise<void> = this.operator.oversee(name, undo).then(
      (status) => {
        if (status !== undefined) this.status = status;
        entry.became('UNDONE');
      },
      (error: unknown) => void this.stuck.push(`${name} (${String(error)})`),
    );
    this.undoing.add(outcome);
    return outcome.finally(() => this.undoing.delete(outcome));
  }
}
