import type { KickboardActivities } from '../../activities/kickboard/activities';
import { promptlyHere, untilDone, untilDoneHere } from '../services';

/** The kickboard service's steps as its own sagas use them: at once or not at all, and for as long as it takes. */
export const kickboard = promptlyHere<KickboardActivities>('kickboard');
export const kickboardUntilDone = untilDoneHere<KickboardActivities>('kickboard');

/** What an update asks for: on record before it is done, so that a worker that dies then leaves nothing done unknown. */
export const kickboardOnRecord = untilDone<KickboardActivities>('kickboard');
