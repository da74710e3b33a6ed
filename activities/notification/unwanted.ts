/** Whom a delivery was for does not want it any more: it is not tried again. */
export class Unwanted extends Error {
  override readonly name = 'Unwanted';
}
