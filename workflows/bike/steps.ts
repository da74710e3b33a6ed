import type { BikeActivities } from '../../activities/bike/activities';
import { promptlyHere, untilDone, untilDoneHere } from '../services';

/** The bike service's steps as its own sagas use them: at once or not at all, and for as long as it takes. */
export const bike = promptlyHere<BikeActivities>('bike');
export const bikeUntilDone = untilDoneHere<BikeActivities>('bike');

/** What an update asks for: on record before it is done, so that a worker that dies then leaves nothing done unknown. */
export const bikeOnRecord = untilDone<BikeActivities>('bike');
