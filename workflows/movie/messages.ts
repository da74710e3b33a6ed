import { defineUpdate } from '@temporalio/workflow';
import type { Ask } from '../saga';

/** Sent with the start: answers when the booking stands, fails with the reason when it does not. */
export const booked = defineUpdate<void>('booked');
/** Gives the money back and frees the seats (M5). */
export const cancelBooking = defineUpdate<void, [Ask]>('cancelBooking');
/** Hands the ticket out (M4). */
export const collectTicket = defineUpdate<void, [Ask]>('collectTicket');
