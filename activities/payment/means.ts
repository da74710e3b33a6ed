import type { PaymentMeans } from '../../workflows/payment/contract';

/** By then nothing is begun any more, and what has happened is found (epoch milliseconds). */
export const LONG_AGO = 0;

/** How something was paid for: the card's token is not kept, and past its time nothing is charged. */
export const unknownMeans = (method: string): PaymentMeans =>
  method === 'deposit' ? { method } : { method: 'card', token: '' };
