import type { Api } from '../endpoint';
import { bookingOutcomeRoutes } from './booking';
import { bookingRoutes } from './bookings';
import { screeningRoutes } from './screenings';

/** Seed 003: screenings, and bookings from the purchase to the ticket. */
export function movieRoutes(api: Api): void {
  screeningRoutes(api);
  bookingRoutes(api);
  bookingOutcomeRoutes(api);
}
