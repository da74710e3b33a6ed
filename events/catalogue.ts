import { type KeyIn, tableOf } from '../manifests/all';

/** Everything that is told, by name: `movie.booked` is `haru.movie.booked.v1` to the world. */
export const CATALOGUE = tableOf('events');

export type EventType = KeyIn<'events'>;
