const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A top-up is at least so much, and at most so much (whole KRW). */
export const TOP_UP_AT_LEAST = 1_000;
export const TOP_UP_AT_MOST = 1_000_000;

/**
 * How long an undo lasts before it is looked at, and after each look.
 * @returns milliseconds
 */
export const lookedAtAfter = (looks: number) => Math.min(5_000 * 2 ** looks, 5 * MINUTE);

/**
 * What waits for an operator tries again by itself after so long, so that an outage's end is enough to end it.
 * @param tries so far
 * @returns milliseconds
 */
export const nextTryAfter = (tries: number) => Math.min(5 * MINUTE * 2 ** (tries - 1), 6 * HOUR);
