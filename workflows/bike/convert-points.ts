import { ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import { Answer } from '../answer';
import { payment, paymentUntilDone } from '../payment/steps';
import { tellOfDeposit } from '../payment/unpaid';
import { Journal } from '../progress';
import { Saga } from '../saga';
import { neverBegan } from '../services';
import type { ConversionStatus, ConvertPoints } from './contract';
import { pointsConverted } from './messages';
import { moneyFor } from './policy';
import { bike, bikeUntilDone } from './steps';

/**
 * Seed 004, B7: points are taken here and credited as money there, once; or they are given back.
 */
export async function convertPoints(order: ConvertPoints): Promise<ConversionStatus> {
  const { id, manager, points, answerBy } = order;
  const credit = { id, customer: manager, amount: moneyFor(points), answerBy };
  const saga = new Saga(new Journal());
  const answer = new Answer(pointsConverted);
  let asked = false;
  let status: ConversionStatus = 'CONVERTED';
  try {
    const waiting = await saga.run(async (step) => {
      await step('take the points', {
        // What was credited, though nobody heard of it, is the manager's money: its points stay taken.
        undoLater: async (because) => {
          const doubtful = asked && !neverBegan(because);
          const credited = doubtful && (await paymentUntilDone.refuseConversion(credit)) === 'CREDITED';
          if (credited) {
            status = await bikeUntilDone.converted(id);
            // Asked once more it credits nothing, and says which bills wait for that money.
            await tellOfDeposit(await paymentUntilDone.creditConversion(credit));
          } else status = await bikeUntilDone.givePointsBack(order, because.type ?? 'conflict');
        },
        do: () => bike.takePoints(order),
      });
      asked = true;
      const toTell = await step('credit the deposit', { do: () => payment.creditConversion(credit) });
      await step('convert', {
        do: () => CancellationScope.nonCancellable(() => bikeUntilDone.converted(id)),
      });
      return toTell;
    });
    answer.yes();
    await tellOfDeposit(waiting);
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    answer.no(error);
  }
  await saga.closed();
  return status;
}
