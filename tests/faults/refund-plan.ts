import { dice } from '../../drill/dice';
import type { RequestFault } from './refund-proxy';

/** What is refunded: a customer cancels it, or its purchase fails after the capture. */
export const KINDS = [
  'cancelled booking',
  'cancelled order',
  'failed booking',
  'failed pass',
  'failed top-up',
] as const;
type Kind = (typeof KINDS)[number];

/** frozen: the payment worker stands still after it has stored the refund, and before it sends the request. */
type StrikingFault = Exclude<RequestFault, 'held'>;
type Fault = StrikingFault | 'frozen';
const REQUEST_FAULTS: readonly StrikingFault[] = ['none', 'late', 'lost', 'doubled'];
export const FAULTS: readonly Fault[] = [...REQUEST_FAULTS, 'frozen'];

/** After a cancel that was refused; before and after: the provider makes its refund. */
const MEANWHILE = ['waits', 'asks again before', 'asks again after', 'uses the thing'] as const;
/** What is doubled is asked for twice by its customer, too. */
const KEYS = ['by one key', 'by two keys'] as const;

export interface Planned {
  kind: Kind;
  fault: Fault;
  /** What the customer does besides; undefined where there is nothing to choose. */
  how?: (typeof MEANWHILE)[number] | (typeof KEYS)[number];
  /** The card with which a purchase fails after its capture. */
  token: string;
}

export const isCancelled = ({ kind }: Pick<Planned, 'kind'>) =>
  kind === 'cancelled booking' || kind === 'cancelled order';

/**
 * The same for the same seed. Every kind comes with every fault, and each choice of its customer; the rest is drawn.
 * @param freezes with one refund of each kind
 */
export function drawPlan(seed: number, refunds: number, freezes: number): Planned[] {
  const roll = dice(seed);
  const oneOf = <T>(all: readonly T[]): T => all[Math.floor(roll() * all.length)]!;
  const planned = (one: Omit<Planned, 'token'>): Planned => ({ ...one, token: oneOf(TOKENS) });
  const drawn = Array.from({ length: refunds - freezes * KINDS.length }, (_, i) =>
    planned(ALL[i] ?? oneOf(ALL)),
  );
  const frozen = Array.from({ length: freezes }, () =>
    KINDS.map((kind) => planned({ kind, fault: 'frozen' })),
  );
  // Late ones take longest: they come first.
  const rank = new Map(drawn.map((one) => [one, one.fault === 'late' ? roll() - 1 : roll()]));
  return [...drawn.sort((a, b) => rank.get(a)! - rank.get(b)!), ...frozen.flat()];
}

const TOKENS = ['tok_error_after', 'tok_lost'] as const;
const ALL: readonly Omit<Planned, 'token'>[] = KINDS.flatMap((kind) =>
  REQUEST_FAULTS.flatMap((fault) => {
    const choices = fault === 'doubled' ? KEYS : fault === 'late' && isCancelled({ kind }) ? MEANWHILE : [];
    return choices.length > 0 ? choices.map((how) => ({ kind, fault, how })) : [{ kind, fault }];
  }),
);
