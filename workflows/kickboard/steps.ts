import type { KickboardActivities } from '../../activities/kickboard/activities';
import { promptlyHere, untilDoneHere } from '../services';

/** The kickboard service's steps as its own sagas use them: at once or not at all, and for as long as it takes. */
export const kickboard = promptlyHere<KickboardActivities>('kickboard');
export const kickboardUntilDone = untilDoneHere<KickboardActivities>('kickboard');
