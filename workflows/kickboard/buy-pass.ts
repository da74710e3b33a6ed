import { ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import { Answer } from '../answer';
import { Operator } from '../payment/operator';
import { payment } from '../payment/steps';
import { Journal } from '../progress';
import { Saga } from '../saga';
import type { BuyPass, PassStatus } from './contract';
import { passBought } from './messages';
import { PAID_WITHIN_MS } from './policy';
import { kickboard, kickboardUntilDone } from './steps';

/** Seed 000, K1: a pass is opened, paid and good for its rides, or it is no pass. */
export async function buyPass(order: BuyPass): Promise<PassStatus> {
  const journal = new Journal();
  const saga = new Saga(journal);
  const operator = new Operator(journal);
  const answer = new Answer(passBought);
  let status: PassStatus;
  try {
    await saga.run(async (step) => {
      await step('open the pass', {
        undo: (because) => kickboardUntilDone.failPass(order, because.type ?? 'conflict'),
        do: () => kickboard.openPass(order),
      });
      const { paymentId } = await step('charge', {
        undoLater: () => operator.giveBack(order.id),
        do: () => payment.charge(chargeFor(order)),
      });
      await step('confirm', {
        do: () => CancellationScope.nonCancellable(() => kickboardUntilDone.confirmPass(order.id, paymentId)),
      });
    });
    status = 'AVAILABLE';
    answer.yes();
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    status = 'FAILED';
    answer.no(error);
  }
  await saga.closed();
  return status;
}

const chargeFor = ({ id, customer, price, payment: by, answerBy }: BuyPass) => ({
  for: id,
  customer,
  amount: price,
  by,
  income: 'revenue:kickboard' as const,
  withinMs: PAID_WITHIN_MS,
  answerBy,
});
