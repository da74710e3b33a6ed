import { chargeFor } from '../payment/charge';
import { payment } from '../payment/steps';
import { Saga } from '../saga';
import { uncancelled } from '../scopes';
import type { BuyPass, PassStatus } from './contract';
import { passBought } from './messages';
import { PAID_WITHIN_MS } from './policy';
import { kickboard, kickboardUntilDone } from './steps';

/** Seed 000, K1: a pass is opened, paid and good for its rides, or it is no pass. */
export async function buyPass(order: BuyPass): Promise<PassStatus> {
  const { id, price } = order;
  const saga = new Saga<PassStatus>({ service: 'kickboard', begun: passBought });
  await saga.begin('AVAILABLE', 'FAILED', async (step) => {
    await step('open the pass', {
      undo: ({ failure }) => kickboardUntilDone.failPass(order, failure),
      do: () => kickboard.openPass(order),
    });
    const charge = { ...chargeFor(order, price, 'revenue:kickboard'), withinMs: PAID_WITHIN_MS };
    const { paymentId } = await step('charge', {
      undoLater: () => saga.operator.giveBack(id),
      do: () => payment.charge(charge),
    });
    await step('confirm', { do: () => uncancelled(() => kickboardUntilDone.confirmPass(id, paymentId)) });
  });
  return saga.close();
}
