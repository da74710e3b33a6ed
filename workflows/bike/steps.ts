import type { BikeActivities } from '../../activities/bike/activities';
import { promptlyHere, untilDoneHere } from '../services';

/** The bike service's steps as its own sagas use them: at once or not at all, and for as long as it takes. */
export const bike = promptlyHere<BikeActivities>('bike');
export const bikeUntilDone = untilDoneHere<BikeActivities>('bike');
