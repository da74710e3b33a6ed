/** An answer other than success, sent as `{error:{code,message}}` with its HTTP status. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const cardDeclined = () => new Refusal(402, 'card_declined', 'The card was declined.');
export const unknownCharge = () => new Refusal(404, 'unknown_charge', 'There is no such charge.');
export const inFlight = () =>
  new Refusal(409, 'in_flight', 'A request with this key is still being processed.');
export const notCaptured = () => new Refusal(409, 'charge_not_captured', 'The charge has not been captured.');
export const refundExceedsCharge = () =>
  new Refusal(409, 'refund_exceeds_charge', 'The refunds would exceed the charge.');
export const refundRefused = () => new Refusal(409, 'refund_refused', 'Refunds of this charge are refused.');
export const keyReused = () => new Refusal(422, 'key_reused', 'This key was used with another body.');
export const unknownToken = () => new Refusal(422, 'unknown_token', 'There is no such card token.');
export const providerError = () => new Refusal(500, 'provider_error', 'Something went wrong.');
/** A definite "not processed": nothing happened, and the key is free. */
export const notProcessed = () => new Refusal(503, 'not_processed', 'Not processed; try again.');
export const providerDown = () => new Refusal(503, 'provider_down', 'The provider is down.');
