import { card } from '../../cinema';
import type { Act, Step } from './act';

/** Whole KRW. */
export const TOPPED_UP = 10_000;

const toppingUp = (token?: string): Act => ({
  of: 'payment.top_ups',
  prepare: ({ minji }) =>
    Promise.resolve(() => minji.post('/v1/deposits/top-ups', { amount: TOPPED_UP, payment: card(token) })),
});

export const TOP_UPS: Step[] = [
  ['payment', 'charge', toppingUp(), [503, 'FAILED'], [503, 'FAILED']],
  ['payment', 'creditTopUp', toppingUp(), [503, 'FAILED'], [201, 'CREDITED']],
  ['payment', 'failTopUp', toppingUp('tok_declined'), [503, 'FAILED'], [402, 'FAILED']],
  ['payment', 'giveBack', toppingUp('tok_error_after'), [503, 'FAILED'], [503, 'FAILED']],
];
