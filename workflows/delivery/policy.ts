/** So long a courier has to take what is offered; then it is offered to the next. */
export const OFFERED_FOR_MS = 2 * 60_000;
