import { card } from '../../cinema';
import { type Row, type Scenario, statusIn } from './scenario';

/** Whole KRW. */
const AMOUNT = 10_000;

const toppingUp = (token = 'tok_ok'): Scenario => ({
  name: `topping up, ${token}`,
  prepare: ({ customer }) =>
    Promise.resolve(() => customer.post('/v1/deposits/top-ups', { amount: AMOUNT, payment: card(token) })),
  end: async (play) => {
    const { balance } = (await play.customer.get('/v1/deposits/me')).body as { balance: number };
    return `${await statusIn('payment.top_ups')(play)}, ${balance}`;
  },
});

const CREDITED = `CREDITED, ${AMOUNT}`;
const FAILED = 'FAILED, 0';

export const DEPOSITS: Row[] = [
  ['payment', 'charge', toppingUp(), [503, FAILED], [503, FAILED]],
  ['payment', 'creditTopUp', toppingUp(), [503, FAILED], [201, CREDITED]],
  ['payment', 'failTopUp', toppingUp('tok_declined'), [503, FAILED], [402, FAILED]],
  ['payment', 'giveBack', toppingUp('tok_error_after'), [503, FAILED], [503, FAILED]],
];
