import { TEST_TOKENS, type TestToken } from '../config';

/**
 * Where a request is struck: not at all; before anything has happened (500); after it has (500 all the
 * same); or its answer, which never comes.
 */
export type Strike = 'nothing' | 'before' | 'after' | 'answer';

/** What the provider does with a charge by this token: api.md "Payment means". */
export interface Behaviour {
  settles: 'captured' | 'declined';
  /** Milliseconds between the arrival of the request and its settling. */
  afterMs: number;
  /** So many tries of one key are answered 503, nothing processed, before one goes through. */
  refusesFirst: number;
  /** What befalls the request that made the charge; repeats are answered normally. */
  strikes: Strike;
  refundable: boolean;
}

const plain: Behaviour = {
  settles: 'captured',
  afterMs: 0,
  refusesFirst: 0,
  strikes: 'nothing',
  refundable: true,
};

const TOKENS: Record<TestToken, Behaviour> = {
  tok_ok: plain,
  tok_declined: { ...plain, settles: 'declined' },
  tok_slow: { ...plain, afterMs: 3_000 },
  tok_lost: { ...plain, strikes: 'answer' },
  tok_error_after: { ...plain, strikes: 'after' },
  tok_flaky: { ...plain, refusesFirst: 2 },
  tok_norefund: { ...plain, refundable: false },
};

export const behaviourOf = (token: string): Behaviour | undefined =>
  Object.hasOwn(TOKENS, token) ? TOKENS[token as TestToken] : undefined;

export const tokensRefusingRefunds: string[] = TEST_TOKENS.filter((token) => !TOKENS[token].refundable);
