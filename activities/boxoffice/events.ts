import { z } from 'zod';
import { seats } from '../movie/events';
import { type Entry, shape, text } from '../../events/shape';

const Ticket = shape('Ticket', 'the booking that the ticket is for', {
  status: z.enum(['ISSUED', 'COLLECTED', 'VOID']),
  screeningId: text('Null for one that was void before it was printed').nullable(),
  seats: seats.nullable(),
});

/** What the box office tells, by name: docs/events.md. */
export const EVENTS = {
  'boxoffice.issued': { version: 1, what: 'A ticket was printed', data: Ticket },
  'boxoffice.handed-out': { version: 1, what: 'The desk gave the ticket away', data: Ticket },
  'boxoffice.taken-back': { version: 1, what: 'A hand-out was undone', data: Ticket },
  'boxoffice.voided': { version: 1, what: 'A ticket is void for good', data: Ticket },
  'boxoffice.ticket-recorded': {
    version: 1,
    what: 'A ticket from before events, as it was then',
    data: Ticket,
  },
} as const satisfies Record<string, Entry>;
