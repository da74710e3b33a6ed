import type { Api } from '../endpoint';
import { bookingRoutes } from './bookings';
import { outcomeRoutes } from './outcome';
import { purchaseRoutes } from './purchase';
import { screeningRoutes } from './screenings';

/** Seed 003: screenings, and bookings from the purchase to the ticket. */
export function movieRoutes(api: Api): void {
  screeningRoutes(api);
  purchaseRoutes(api);
  bookingRoutes(api);
  outcomeRoutes(api);
}
