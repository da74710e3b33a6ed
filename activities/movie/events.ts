import { z } from 'zod';
import { BOOKING, TICKET_STATUSES } from '../../workflows/movie/contract';
import { type Entry, count, shape, text, time, won } from '../../events/shape';

export const seats = z.array(z.string()).meta({ description: 'Such as "1A": row, then column letter' });

const Screening = shape('Screening', 'the screening', {
  movieName: text('What is shown'),
  hall: text('Where'),
  startsAt: time('Seats are sold until then'),
  endsAt: time('Tickets are handed out until then'),
  rows: count('Of seats'),
  columns: count('Of seats, at most 26'),
  price: won('A seat'),
});

export const Booking = shape('Booking', 'the booking', {
  status: z.enum(BOOKING.statuses),
  screeningId: text('What it is a booking of'),
  movieName: text('What is shown'),
  hall: text('Where'),
  startsAt: time('Of the screening'),
  endsAt: time('Of the screening'),
  seats,
  totalPrice: won('The whole booking'),
  paymentMethod: z.enum(['card', 'deposit']),
  paymentId: text('The charge, once it is taken').nullable(),
  ticket: z.enum(TICKET_STATUSES),
  refunded: won('Given back; of a cancelled one all, or nothing where that was written off'),
  failure: text('Why it came to nothing').nullable(),
});
export type Booking = z.infer<typeof Booking>;

/** What movies tells, by name: docs/events.md. */
export const EVENTS = {
  'movie.screening-added': { version: 1, what: 'A screening is on sale', data: Screening },
  'movie.screening-removed': {
    version: 1,
    what: 'A screening was taken off, nothing of it sold',
    data: Screening,
  },
  'movie.held': { version: 1, what: 'Seats are held while they are paid for', data: Booking },
  'movie.booked': { version: 1, what: 'Seats are booked and paid', data: Booking },
  'movie.refused': { version: 1, what: 'A booking came to nothing; its seats are free', data: Booking },
  'movie.ticket-issued': { version: 1, what: 'The ticket is ready to be collected', data: Booking },
  'movie.collected': { version: 1, what: 'The ticket was handed out', data: Booking },
  'movie.cancelled': {
    version: 1,
    what: 'A booking was cancelled, and refunded unless that was written off',
    data: Booking,
  },
  'movie.no-show': { version: 1, what: 'Nobody came for the ticket', data: Booking },
  'movie.booking-recorded': {
    version: 1,
    what: 'A booking from before events, as it was then',
    data: Booking,
  },
} as const satisfies Record<string, Entry>;
