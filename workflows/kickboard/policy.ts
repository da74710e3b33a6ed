const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** So long a payment of a pass may take (K7). */
export const PAID_WITHIN_MS = 600;

/** A ride is so long unless said (K2). */
export const RIDE_MINUTES = 60;

/** When the customer is reminded (K4), epoch milliseconds. */
export const dueAt = (startedAt: number, minutes: number) => startedAt + minutes * MINUTE;

/** So long after it was due a kickboard is missing (K4), epoch milliseconds. */
export const missingAt = (due: number) => due + 24 * HOUR;
