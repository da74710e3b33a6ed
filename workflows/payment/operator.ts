import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  patched,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { PaymentActivities } from '../../activities/payment/activities';
import { setOutcome } from '../outcome';
import type { Journal } from '../progress';
import { hasLongHistory, uncancelled } from '../scopes';
import { refusalOf } from '../services';
import { type Action, type Decision, type MoneyBack, NEEDS_OPERATOR, undoKey } from './contract';
import { decide } from './messages';
import { lookedAtAfter, nextTryAfter } from './policy';
import { payment, paymentUntilDone, paymentWhileWaitedFor } from './steps';

/** What may wait for an operator. */
export type ParkedSteps = Pick<PaymentActivities, 'giveBack' | 'settleRefund' | 'undoLasts' | 'undone'>;

/** An undo is tried every 10 s at least: by then a retry that was asked for has been made. */
const RETRIED_WITHIN_MS = 10_000;

/** A decision, and whoever waits to hear what came of it. */
interface Asked {
  decision: Decision;
  done: () => void;
  refused: (because: unknown) => void;
}

/**
 * Money that must move, and an operator for when it does not (P4): what fails for its whole span waits for a
 * decision, and now and then has another try by itself.
 */
export class Operator {
  /** What is not done yet: it is tried, waits for a decision, or has one. */
  private readonly open: Map<string, 'tried' | 'waits' | Asked>;
  /** Undos that are listed because they last; of money in them `open` tells as well. */
  private readonly lasting = new Set<string>();

  /**
   * @param steps of the payment service, done until they come about; its own sagas have them on the spot
   * @param parked by a workflow before: a decision may come with the start
   * @param anew continues that workflow as new, for it may wait for months; sagas continue by themselves
   */
  constructor(
    private readonly journal: Journal,
    private readonly steps: ParkedSteps = {
      giveBack: (id) => paymentUntilDone.giveBack(id),
      settleRefund: (...refund) => paymentWhileWaitedFor.settleRefund(...refund),
      undoLasts: (...undo) => paymentUntilDone.undoLasts(...undo),
      undone: (about) => paymentUntilDone.undone(about),
    },
    parked?: string,
    private readonly anew?: () => Promise<never>,
  ) {
    this.open = new Map(parked === undefined ? [] : [[parked, 'tried']]);
    setHandler(decide, (decision: Decision) => uncancelled(() => this.serve(decision)), {
      validator: (decision: Decision) => this.mayDecide(decision),
    });
  }

  /** Nothing of the charge stays captured, or an operator has answered for what does. */
  async giveBack(id: string): Promise<void> {
    await this.moneyBack(id);
  }

  /** The same. @returns what became of the money: whoever owns the thing tells the customer that and nothing else (P4) */
  async moneyBack(id: string): Promise<MoneyBack> {
    const giveBack = () => this.steps.giveBack(id);
    // In histories of old the step answers nothing.
    return (await this.untilDone<MoneyBack | undefined>(`${id}/undo`, giveBack, byHand)) ?? 'REFUNDED';
  }

  /** What became of a refund whose answer was lost. @param request unless said, that of a run which was lost itself */
  async settleRefund(id: string, step: string, request = 'of a lost run'): Promise<{ refunded: boolean }> {
    const settle = () => this.steps.settleRefund(id, step, request);
    return this.untilDone(`${id}/${step}`, settle, () => ({ refunded: false }));
  }

  /**
   * Sees an undo through (P4): it goes on by itself for as long as it takes. One that lasts is listed, and past its span
   * an operator may close it by hand; money that it gives back is listed by itself.
   * @returns what it came to; undefined once it was closed by hand
   */
  async oversee<T>(step: string, undo: () => Promise<T>): Promise<T | undefined> {
    if (!patched('an undo that lasts is listed')) return undo();
    const about = undoKey(workflowInfo().workflowId, step);
    const since = Date.now();
    const scope = new CancellationScope();
    let isOver = false as boolean;
    const undoing = scope.run(undo).finally(() => (isOver = true));
    // Whoever awaits it hears of its failure; after it was closed by hand nobody does.
    undoing.catch(() => undefined);
    for (let looks = 0; !isOver; looks++) {
      const summary = `until the undo of "${step}" is looked at again`;
      if (await condition(() => isOver, lookedAtAfter(looks), { summary })) break;
      if ([...this.open.keys()].some((one) => !this.lasting.has(one))) continue;
      this.lasting.add(about);
      const isListed = (await this.steps.undoLasts(about, since)) === 'NEEDS_OPERATOR';
      if (isListed && (await this.closedWhile(about, () => !isOver))) {
        scope.cancel();
        this.forget(about);
        return undefined;
      }
    }
    if (this.lasting.has(about)) await this.steps.undone(about);
    this.forget(about);
    return undoing;
  }

  /** Takes decisions on an undo that goes on by itself meanwhile. @returns whether it was closed by hand */
  private async closedWhile(about: string, isUnderWay: () => boolean): Promise<boolean> {
    while (isUnderWay()) {
      const asked = await this.decisionOn(about, undefined, () => !isUnderWay());
      if (!asked || !(await carriedOut(asked))) continue;
      if (asked.decision.action !== 'retry') return true;
      await condition(() => !isUnderWay(), RETRIED_WITHIN_MS, { summary: 'until the retry has been made' });
      asked.done();
    }
    return false;
  }

  private forget(undo: string): void {
    const left = this.open.get(undo);
    this.lasting.delete(undo);
    this.open.delete(undo);
    // Decided in the very moment that it came about.
    if (typeof left === 'object') left.done();
  }

  /**
   * @param act is told whether an operator has just asked for it
   * @param closed what it comes to when an operator has closed it by hand
   */
  async untilDone<T>(
    about: string,
    act: (isRetry: boolean) => Promise<T>,
    closed: (by: Action) => T,
  ): Promise<T> {
    let asked: Asked | undefined;
    this.open.set(about, 'tried');
    try {
      for (let tries = 1; ; tries++) {
        try {
          const result = await act(asked !== undefined);
          asked?.done();
          return result;
        } catch (error) {
          if (refusalOf(error).type !== NEEDS_OPERATOR) throw error;
        }
        // Tried again as decided, and parked again.
        asked?.done();
        if (this.anew && hasLongHistory() && patched('what waits for long continues as new')) {
          // Whoever decided hears what came of it.
          await condition(allHandlersFinished);
          await this.anew();
        }
        asked = await this.decisionOn(about, nextTryAfter(tries));
        if (asked && !(await carriedOut(asked))) asked = undefined;
        if (asked && asked.decision.action !== 'retry') return closed(asked.decision.action);
      }
    } finally {
      this.open.delete(about);
    }
  }

  /** @returns undefined when nobody has decided for so long */
  private async decisionOn(
    about: string,
    withinMs: number | undefined,
    isOver = () => false,
  ): Promise<Asked | undefined> {
    const entry = this.journal.begin('wait for an operator', 'WAITING');
    this.open.set(about, 'waits');
    setOutcome('parked');
    const isDecided = () => isOver() || this.open.get(about) !== 'waits';
    if (withinMs === undefined) await condition(isDecided);
    else
      await condition(isDecided, withinMs, {
        summary: `until an operator decides on the ${stepIn(about)}, or it is tried again`,
      });
    const asked = this.open.get(about);
    this.open.set(about, 'tried');
    if (![...this.open.values()].includes('waits')) setOutcome('open');
    entry.became('DONE');
    return typeof asked === 'object' ? asked : undefined;
  }

  private mayDecide({ about, answerBy }: Decision): void {
    if (!this.open.has(about))
      throw ApplicationFailure.nonRetryable(`${about} does not wait for an operator`, 'not-parked');
    if (Date.now() > answerBy)
      throw ApplicationFailure.nonRetryable('asked too long ago', 'payment-unavailable');
  }

  private async serve(decision: Decision): Promise<void> {
    const { about, answerBy } = decision;
    const tried = () => this.open.has(about) && this.open.get(about) !== 'waits';
    // Operators may see that it is parked before this workflow hears of it; and while payment is down a try takes long.
    if (tried())
      await condition(() => !tried(), answerBy - Date.now() + 1, {
        summary: 'until the try under way is over',
      });
    this.mayDecide(decision);
    if (tried()) throw ApplicationFailure.nonRetryable(`${about} is being tried`, 'payment-unavailable');
    await new Promise<void>((done, refused) => {
      this.open.set(about, { decision, done, refused });
    });
  }
}

/** What is stuck, without the workflow's own id: "undo", "refund". */
const stepIn = (about: string) => about.replace(`${workflowInfo().workflowId}/`, '');

const byHand = (action: Action): MoneyBack => (action === 'write-off' ? 'WRITTEN_OFF' : 'REFUNDED');

/** @returns false when the decision could not be carried out: whoever made it hears why, and all is as before */
async function carriedOut({ decision, done, refused }: Asked): Promise<boolean> {
  try {
    await payment.decide(decision);
  } catch (error) {
    refused(refusalOf(error));
    return false;
  }
  // A retry is answered once it has been tried.
  if (decision.action !== 'retry') done();
  return true;
}
