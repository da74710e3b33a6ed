import type { DeliveryActivities } from '../../activities/delivery/activities';
import { untilDoneHere } from '../services';

/** The delivery service's steps as its own workflow uses them. */
export const deliveryHere = untilDoneHere<DeliveryActivities>('delivery');
