import type { DeliveryActivities } from '../../activities/delivery/activities';
import type { FoodActivities } from '../../activities/food/activities';
import { promptly, promptlyHere, untilDone, untilDoneHere } from '../services';

/** The services' steps as an order uses them: at once or not at all, and for as long as it takes. */
export const food = promptlyHere<FoodActivities>('food');
export const foodUntilDone = untilDoneHere<FoodActivities>('food');
export const delivery = promptly<DeliveryActivities>('delivery');
export const deliveryUntilDone = untilDone<DeliveryActivities>('delivery');

/** What an update asks for: on record before it is done, so that a worker that dies then leaves nothing done unknown. */
export const foodOnRecord = untilDone<FoodActivities>('food');
