import { condition, patched } from '@temporalio/workflow';
import { Saga } from '../saga';
import { uncancelled } from '../scopes';
import { chargeFor } from './charge';
import type { TopUp, TopUpStatus } from './contract';
import { toppedUp } from './messages';
import { tellOfDeposit } from './unpaid';
import { paymentHere, paymentUntilDoneHere } from './steps';

/** Seed 004, B5: charge the card, credit the deposit, answer. */
export async function topUp(order: TopUp): Promise<TopUpStatus> {
  const { id, amount } = order;
  const saga = new Saga<TopUpStatus>({ service: 'payment', begun: toppedUp, parked: paymentUntilDoneHere });
  let unpaidBills: string[] | undefined;
  let heard = false as boolean;

  const credited = await saga.begin('CREDITED', 'FAILED', async (step) => {
    await step('charge', {
      undo: ({ failure }) => paymentUntilDoneHere.failTopUp(order, failure),
      // A worker may have died right after the credit: what is the customer's by then is not given back as well.
      undoLater: async () => {
        await condition(() => saga.status !== undefined);
        if (saga.status === 'FAILED') await saga.operator.giveBack(id);
      },
      do: () => paymentHere.charge(chargeFor(order, amount, 'top-ups')),
    });
    unpaidBills = await step('credit', {
      do: () => uncancelled(() => paymentUntilDoneHere.creditTopUp(order)),
    });
    heard = true;
  });
  // Asked once more it credits nothing, and says which bills wait for that money.
  if (credited && !heard && patched('tells of what nobody heard of'))
    unpaidBills = await uncancelled(() => paymentUntilDoneHere.creditTopUp(order));
  // In histories of old the credit answers nothing.
  await tellOfDeposit(unpaidBills ?? []);
  return saga.close();
}
