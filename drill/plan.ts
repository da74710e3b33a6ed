import { dice } from './dice';

/** One thing that a customer sets out to do. */
export interface Act {
  /** Counted from 0. */
  number: number;
  /** Which of the customers. */
  customer: number;
  what: 'top-up' | 'booking';
  by: 'card' | 'deposit';
  /** Of the card, when it is paid by one. */
  token: string;
  /** Whole KRW: of a top-up. */
  amount: number;
  /** How many seats: of a booking. */
  seats: number;
  /** Cancels what was booked. */
  changesMind: boolean;
  /** Sends an Idempotency-Key, and asks once more when it was refused or not answered. */
  keyed: boolean;
}

const TOP_UPS = 0.75;
const BOOKED_BY_CARD = 0.6;
/** Each with its share; the rest is tok_ok. */
const TROUBLED_CARDS = [
  ['tok_slow', 0.05],
  ['tok_declined', 0.06],
  ['tok_flaky', 0.05],
] as const;
const TOP_UP_FROM = 1_000;
const TOP_UP_TO = 60_000;

/** What happens, in order, as the seed decides; without end. */
export function* plan(seed: number, customers: number): Generator<Act, never> {
  const roll = dice(seed);
  for (let number = 0; ; number++) {
    const what = roll() < TOP_UPS ? 'top-up' : 'booking';
    const byCard = roll() < BOOKED_BY_CARD;
    yield {
      number,
      what,
      by: what === 'top-up' || byCard ? 'card' : 'deposit',
      customer: Math.floor(roll() * customers),
      token: cardFrom(roll()),
      amount: TOP_UP_FROM + Math.floor(roll() * (TOP_UP_TO - TOP_UP_FROM)),
      seats: 1 + Math.floor(roll() * 2),
      changesMind: roll() < 0.4,
      keyed: roll() < 0.4,
    };
  }
}

function cardFrom(drawn: number): string {
  let below = 0;
  for (const [token, share] of TROUBLED_CARDS) if (drawn < (below += share)) return token;
  return 'tok_ok';
}
