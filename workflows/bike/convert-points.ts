import { payment, paymentUntilDone } from '../payment/steps';
import { tellOfDeposit } from '../payment/unpaid';
import { Saga } from '../saga';
import { uncancelled } from '../scopes';
import type { ConversionStatus, ConvertPoints } from './contract';
import { pointsConverted } from './messages';
import { moneyFor } from './policy';
import { bike, bikeUntilDone } from './steps';

/**
 * Seed 004, B7: points are taken here and credited as money there, once; or they are given back.
 * @param lost a run before was lost, and may have credited them
 */
export async function convertPoints(order: ConvertPoints, lost = false): Promise<ConversionStatus> {
  const { id, manager, points, answerBy } = order;
  const credit = { id, customer: manager, amount: moneyFor(points), answerBy };
  const saga = new Saga<ConversionStatus>({ service: 'bike', begun: pointsConverted });
  let creditAsked = lost;
  let unpaidBills: string[] = [];

  const converted = await saga.begin('CONVERTED', 'REFUSED', async (step) => {
    await step('take the points', {
      undoLater: async ({ failure, neverBegan }) => {
        const inDoubt = creditAsked && (lost || !neverBegan);
        if (inDoubt && (await paymentUntilDone.refuseConversion(credit)) === 'CREDITED') return keepCredit();
        return bikeUntilDone.givePointsBack(order, failure);
      },
      do: () => bike.takePoints(order),
    });
    creditAsked = true;
    unpaidBills = await step('credit the deposit', { do: () => payment.creditConversion(credit) });
    await step('convert', { do: () => uncancelled(() => bikeUntilDone.converted(id)) });
  });
  if (converted) await tellOfDeposit(unpaidBills);
  return saga.close();

  /** What was credited, though nobody heard of it, is the manager's money: its points stay taken. */
  async function keepCredit(): Promise<ConversionStatus> {
    const status = await bikeUntilDone.converted(id);
    // Asked once more it credits nothing, and says which bills wait for that money.
    await tellOfDeposit(await paymentUntilDone.creditConversion(credit));
    return status;
  }
}
