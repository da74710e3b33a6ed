import type { PaymentProvider, StatementLine } from '../../activities/payment/provider';
import { simulatorProvider } from '../../activities/payment/provider-simulator';
import { stripeProvider } from '../../activities/payment/provider-stripe';
import { freePort } from '../free-port';
import { provider as simulator } from '../provider/provider-process';
import { stripeProxy } from './stripe-proxy';
import { refused } from './stripe-rules';

/** For one charge or refund. Calls that are not held are answered in some milliseconds: no machine is busy for so long. */
export const LIMIT_MS = 2_000;

/** An adapter with the provider that it talks to. */
export interface Side {
  provider: PaymentProvider;
  good: string;
  declined: string;
  /** The provider takes the next charge and answers too late. */
  answerLate: () => Promise<void> | void;
  /** The provider does what it is asked next, and its answer is lost. */
  loseAnswer: (of: 'charge' | 'refund') => Promise<void> | void;
  /** The provider does what it is asked next, and answers with an error of its own. */
  errorAfter: (of: 'charge' | 'refund') => Promise<void> | void;
  /** The next charge captures nothing, and is answered with an error of the provider's own. */
  errorBefore: () => Promise<void> | void;
  heal: () => Promise<void> | void;
  /** Whole won captured under the key, less what was refunded, in the provider's own books. */
  net: (key: string) => Promise<number> | number;
  close: () => Promise<void>;
}

export async function simulatorSide(): Promise<Side> {
  const psp = await simulator();
  const drill = async (faults: object) => {
    await psp.call('PUT', '/faults', faults);
  };
  return {
    provider: simulatorProvider(psp.url, LIMIT_MS),
    good: 'tok_ok',
    declined: 'tok_declined',
    answerLate: () => drill({ latencyMs: [2 * LIMIT_MS, 2 * LIMIT_MS] }),
    loseAnswer: () => drill({ lostRate: 1 }),
    errorAfter: () => drill({ errorAfterRate: 1 }),
    errorBefore: () => drill({ errorRate: 1 }),
    heal: async () => {
      await psp.call('DELETE', '/faults');
    },
    net: async (key) => {
      const lines: StatementLine[] = await psp.statement(1_000);
      const charge = lines.find((line) => line.kind === 'capture' && line.key === key)?.chargeId;
      return lines
        .filter(({ chargeId }) => chargeId === charge)
        .reduce((net, { kind, amount }) => net + (kind === 'capture' ? amount : -amount), 0);
    },
    close: () => psp.remove(),
  };
}

const CALLS = { charge: /\/confirm$/, refund: /^POST \/v1\/refunds$/ };
export const serverError = refused(500, 'api_error');

export async function stripeSide(): Promise<Side> {
  const stripe = await stripeProxy();
  return {
    provider: stripeProvider({ secretKey: 'sk_test_123', url: stripe.url, limitMs: LIMIT_MS }),
    good: 'pm_card_visa',
    declined: 'pm_card_visa_chargeDeclined',
    answerLate: () => stripe.next(CALLS.charge, { delayMs: 2 * LIMIT_MS }),
    loseAnswer: (of) => stripe.next(CALLS[of], { cut: 'after' }),
    errorAfter: (of) => stripe.next(CALLS[of], { answered: serverError }),
    errorBefore: () => stripe.next(CALLS.charge, { turnedAway: serverError }),
    heal: () => undefined,
    net: (key) => stripe.rules.net(key),
    close: () => stripe.close(),
  };
}

/** Both adapters, where nobody listens. */
export async function toNobody(): Promise<[string, PaymentProvider][]> {
  const url = `http://127.0.0.1:${await freePort()}`;
  return [
    ['simulator', simulatorProvider(url, LIMIT_MS)],
    ['Stripe', stripeProvider({ secretKey: 'sk_test_123', url, limitMs: LIMIT_MS })],
  ];
}

/** Reads on until there is no more for now. */
export async function readBooks(provider: PaymentProvider, from: string | null = null) {
  const lines: StatementLine[] = [];
  let cursor = from;
  for (let more = true; more;) {
    const page = await provider.statement(cursor);
    lines.push(...page.lines);
    ({ cursor, more } = page);
  }
  return { lines, cursor };
}
