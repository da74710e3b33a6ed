import { condition, continueAsNew, setHandler } from '@temporalio/workflow';
import { hasLongHistory } from '../scopes';
import { courierAnswered } from './messages';
import { OFFERED_FOR_MS } from './policy';
import { deliveryHere } from './steps';

/**
 * Offers a delivery to the courier on duty who has the fewest, and to the next when they decline or do not answer.
 * @param unanswered by whom, in the run before
 * @returns whether someone has it, or whoever comes may take it
 */
export async function findCourier(deliveryId: string, unanswered?: string): Promise<'OPEN' | 'OVER'> {
  let answers = 0;
  setHandler(courierAnswered, () => {
    answers++;
  });
  for (;;) {
    if (hasLongHistory()) await continueAsNew<typeof findCourier>(deliveryId, unanswered);
    const heard = answers;
    const search = await deliveryHere.offerDelivery(deliveryId, unanswered);
    if (typeof search === 'string') return search;
    const answered = await condition(() => answers > heard, OFFERED_FOR_MS, {
      summary: 'until the courier answers',
    });
    unanswered = answered ? undefined : search.offeredTo;
  }
}
