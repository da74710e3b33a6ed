import { ApplicationFailure, CancellationScope, condition, patched } from '@temporalio/workflow';
import { Answer } from '../answer';
import { Journal } from '../progress';
import { Saga } from '../saga';
import type { TopUp, TopUpStatus } from './contract';
import { toppedUp } from './messages';
import { Operator } from './operator';
import { tellOfDeposit } from './unpaid';
import { paymentHere, paymentUntilDoneHere } from './steps';

/** Seed 004, B5: charge the card, credit the deposit, answer. */
export async function topUp(order: TopUp): Promise<TopUpStatus> {
  const journal = new Journal();
  const saga = new Saga(journal);
  const operator = new Operator(journal, paymentUntilDoneHere);
  const answer = new Answer(toppedUp);
  let status: TopUpStatus | undefined;
  let waiting: string[] | undefined;
  try {
    await saga.run(async (step) => {
      await step('charge', {
        undo: async (because) => {
          status = await paymentUntilDoneHere.failTopUp(order, because.type ?? 'conflict');
        },
        // A worker may have died right after the credit: what is the customer's by then is not given back as well.
        undoLater: async () => {
          await condition(() => status !== undefined);
          if (status === 'FAILED') await operator.giveBack(order.id);
        },
        do: () => paymentHere.charge(chargeFor(order)),
      });
      waiting = await step('credit', {
        do: () => CancellationScope.nonCancellable(() => paymentUntilDoneHere.creditTopUp(order)),
      });
    });
    status = 'CREDITED';
    answer.yes();
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    if (status === 'CREDITED') {
      answer.yes();
      // Asked once more it credits nothing, and says which bills wait for that money.
      if (patched('tells of what nobody heard of'))
        waiting = await CancellationScope.nonCancellable(() => paymentUntilDoneHere.creditTopUp(order));
    } else answer.no(error);
  }
  // In histories of old the credit answers nothing.
  await tellOfDeposit(waiting ?? []);
  await saga.closed();
  return status ?? 'FAILED';
}

const chargeFor = ({ id, customer, amount, payment: by, answerBy }: TopUp) => ({
  for: id,
  customer,
  amount,
  by,
  income: 'top-ups' as const,
  answerBy,
});
