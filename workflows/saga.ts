import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  workflowInfo,
} from '@temporalio/workflow';
import type { Entry, Journal } from './progress';
import { refusalOf } from './services';

/** Asked so often that its history grew this long, what a saga has brought about lives on in a new run. */
const LONG_HISTORY = 1_500;

type Undo = (because: ApplicationFailure) => Promise<unknown>;

/**
 * One step and how to take it back. The saga knows the undo before the step begins, so an undo must tolerate
 * that the step never happened, happened in part, or happens late.
 */
interface Work<T> {
  /** Runs before the refusal is told: the own domain's, quick. */
  undo?: Undo;
  /** Runs beside and after the refusal: another service's, which may be down for hours. */
  undoLater?: Undo;
  do: () => Promise<T>;
}

export type Step = <T>(name: string, work: Work<T>) => Promise<T>;

/** Do and undo: the one place that knows compensation. */
export class Saga {
  private readonly undoing = new Set<Promise<void>>();
  private readonly stuck: string[] = [];

  constructor(private readonly journal: Journal) {}

  /**
   * Runs the steps of `body`. When one fails, for whatever reason, cancellation included, every undo known by
   * then begins at once, the last step's first and side by side: a dead provider does not keep seats held.
   * @throws ApplicationFailure why the saga ended; what is to be undone later is still under way (`undone`)
   */
  async run<R>(body: (step: Step) => Promise<R>): Promise<R> {
    const undos: ((because: ApplicationFailure) => Promise<void> | void)[] = [];

    const step: Step = async (name, { undo, undoLater, do: act }) => {
      const entry = this.journal.begin(name);
      if (undo) undos.unshift((because) => this.takeBack(name, entry, undo(because)));
      if (undoLater) undos.unshift((because) => void this.takeBack(name, entry, undoLater(because)));
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
      return await body(step);
    } catch (error) {
      const because = refusalOf(error);
      await CancellationScope.nonCancellable(() => Promise.all(undos.map(async (undo) => undo(because))));
      throw because;
    }
  }

  /** Whether nothing is left to undo just now. */
  get settled(): boolean {
    return this.undoing.size === 0;
  }

  /** Whether it is time for a new run, and nobody waits in this one. */
  get mayLiveOn(): boolean {
    return workflowInfo().historyLength > LONG_HISTORY && allHandlersFinished() && this.settled;
  }

  /**
   * Resolves when nothing is left to undo.
   * @throws ApplicationFailure `undo-failed` naming what an undo gave up on: a defect, since undos do not give up
   */
  private async undone(): Promise<void> {
    while (this.undoing.size > 0) await Promise.all(this.undoing);
    if (this.stuck.length === 0) return;
    throw ApplicationFailure.nonRetryable(`not undone: ${this.stuck.join(', ')}`, 'undo-failed');
  }

  /**
   * Resolves when everyone who asked has an answer and nothing is left to undo: undoing may need an operator, who is
   * to be answered too.
   */
  async closed(): Promise<void> {
    await CancellationScope.nonCancellable(async () => {
      await condition(() => allHandlersFinished() && this.settled);
      await this.undone();
    });
  }

  private takeBack(name: string, entry: Entry, undoing: Promise<unknown>): Promise<void> {
    const outcome: Promise<void> = undoing.then(
      () => entry.became('UNDONE'),
      () => void this.stuck.push(name),
    );
    this.undoing.add(outcome);
    return outcome.finally(() => this.undoing.delete(outcome));
  }
}
