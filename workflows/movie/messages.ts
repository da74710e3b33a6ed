import { defineUpdate } from '@temporalio/workflow';

/** An update of a running booking. */
export interface Ask {
  /** Names this one attempt: the caller's idempotency key and more, since a key is free again after a 503. */
  key: string;
  /** Epoch milliseconds: not taken up by then, never done. */
  answerBy: number;
}

/** Sent with the start: answers when the booking stands, fails with the reason when it does not. */
export const booked = defineUpdate<void>('booked');
/** Gives the money back and frees the seats (M5). */
export const cancelBooking = defineUpdate<void, [Ask]>('cancelBooking');
/** Hands the ticket out (M4). */
export const collectTicket = defineUpdate<void, [Ask]>('collectTicket');
