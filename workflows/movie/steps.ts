import type { BoxofficeActivities } from '../../activities/boxoffice/activities';
import type { MovieActivities } from '../../activities/movie/activities';
import { promptly, promptlyHere, untilDone, untilDoneHere } from '../services';

/** The services' steps as a booking uses them: at once or not at all, and for as long as it takes. */
export const movie = promptlyHere<MovieActivities>('movie');
export const movieUntilDone = untilDoneHere<MovieActivities>('movie');
export const boxoffice = promptly<BoxofficeActivities>('boxoffice');
export const boxofficeUntilDone = untilDone<BoxofficeActivities>('boxoffice');
