import { condition, setHandler } from '@temporalio/workflow';
import { courierAnswered } from './messages';
import { OFFERED_FOR_MS } from './policy';
import { deliveryHere } from './steps';

/**
 * Offers a delivery to the courier on duty who has the fewest, and to the next when they decline or do not answer.
 * @returns whether someone has it, or whoever comes may take it
 */
export async function findCourier(deliveryId: string): Promise<'OPEN' | 'OVER'> {
  let answers = 0;
  setHandler(courierAnswered, () => {
    answers++;
  });
  for (let unanswered: string | undefined; ;) {
    const heard = answers;
    const search = await deliveryHere.offerDelivery(deliveryId, unanswered);
    if (typeof search === 'string') return search;
    const answered = await condition(() => answers > heard, OFFERED_FOR_MS, {
      summary: 'until the courier answers',
    });
    unanswered = answered ? undefined : search.offeredTo;
  }
}
