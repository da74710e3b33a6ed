import { allHandlersFinished, ApplicationFailure, CancellationScope, condition } from '@temporalio/workflow';
import { Answer } from '../answer';
import { Journal } from '../progress';
import { Saga } from '../saga';
import type { TopUp, TopUpStatus } from './contract';
import { toppedUp } from './messages';
import { Operator } from './operator';
import { paymentHere, paymentUntilDoneHere } from './steps';

/** Seed 004, B5: charge the card, credit the deposit, answer. */
export async function topUp(order: TopUp): Promise<TopUpStatus> {
  const journal = new Journal();
  const saga = new Saga(journal);
  const operator = new Operator(journal);
  const answer = new Answer(toppedUp);
  let status: TopUpStatus = 'CREDITED';
  let failing: Promise<TopUpStatus> | undefined;
  const fail = (because: ApplicationFailure) =>
    (failing ??= paymentUntilDoneHere.failTopUp(order, because.type ?? 'conflict'));
  try {
    await saga.run(async (step) => {
      await step('charge', {
        undo: fail,
        // Credited in a task whose record was lost with its worker, it stands: then nothing goes back.
        undoLater: async (because) => (await fail(because)) === 'FAILED' && operator.giveBack(order.id),
        do: () => paymentHere.charge(chargeFor(order)),
      });
      await step('credit', {
        do: () => CancellationScope.nonCancellable(() => paymentUntilDoneHere.creditTopUp(order)),
      });
    });
    answer.yes();
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    status = await fail(error);
    if (status === 'FAILED') answer.no(error);
    else answer.yes();
  }
  await CancellationScope.nonCancellable(async () => {
    // Undoing may need an operator, who is to be answered too.
    await condition(() => allHandlersFinished() && saga.settled);
    await saga.undone();
  });
  return status;
}

const chargeFor = ({ id, customer, amount, payment: by, answerBy }: TopUp) => ({
  for: id,
  customer,
  amount,
  by,
  income: 'top-ups' as const,
  answerBy,
});
