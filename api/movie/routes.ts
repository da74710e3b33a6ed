import { MovieReads } from '../../activities/movie/reads';
import { MovieRepository } from '../../activities/movie/repository';
import type { Stocked } from '../deps';
import type { Api } from '../endpoint';
import { bookingRoutes } from './bookings';
import { bookingExplanation } from './explanation';
import { outcomeRoutes } from './outcome';
import { purchaseRoutes } from './purchase';
import { screeningRoutes } from './screenings';
import { pageList } from '../page-list';
import { bookingView, BookingView } from './views';

export { offers } from './examples';

/** What routes read and write of this domain. */
export const stores = ({ databases }: Stocked) => ({
  movie: new MovieRepository(databases.movie),
  movieReads: new MovieReads(databases.movie),
});

export const lists = [pageList('bookings', BookingView, bookingView)];

/** Seed 003: screenings, and bookings from the purchase to the ticket. */
export function routes(api: Api): void {
  screeningRoutes(api);
  purchaseRoutes(api);
  bookingRoutes(api);
  outcomeRoutes(api);
  bookingExplanation(api);
}
