import type { Income } from '../../workflows/payment/contract';
import type { Account } from './ledger';

export type ChargeState = 'SENT' | 'CAPTURED' | 'DECLINED' | 'UNKNOWN' | 'NOT_CAPTURED' | 'VOID';
export type RefundState =
  'SENT' | 'REFUNDED' | 'REFUSED' | 'UNKNOWN' | 'NOT_REFUNDED' | 'FAILED' | 'SETTLED' | 'WRITTEN_OFF';

/** A charge as it is stored. */
export interface ChargeRow {
  key: string;
  id: string;
  customer: string;
  amount: number;
  method: 'card' | 'deposit';
  income: Income;
  state: ChargeState;
  provider_charge_id: string | null;
  /** Whole KRW that went back, or are about to. */
  refunded: number;
  /** Whole KRW that went back after it had been given up on, and that an operator has answered for. */
  made_good: number;
  /** Of the last try to send it. */
  sent_at: Date;
  /** How often it was tried. */
  tries: number;
}

/** A part of a charge that goes back, as it is stored. */
export interface RefundRow {
  key: string;
  charge_key: string;
  attempt: number;
  amount: number;
  state: RefundState;
  sent_at: Date;
}

/** A refund does not fit into what is left of its charge. */
export class ExceedsCharge extends Error {}

/** Only the provider knows what became of a charge or refund in such a state. */
export const IN_DOUBT = ['SENT', 'UNKNOWN'] as const satisfies readonly (ChargeState & RefundState)[];
const CAME_TO_NOTHING: readonly RefundState[] = ['REFUSED', 'NOT_REFUNDED', 'FAILED'];

export const inDoubt = ({ state }: { state: ChargeState | RefundState }) =>
  (IN_DOUBT as readonly string[]).includes(state);

/** Nothing was captured, as far as is known, and its saga may have ended by now. */
export const givenUpOn = ({ state }: Pick<ChargeRow, 'state'>) =>
  state === 'NOT_CAPTURED' || state === 'VOID';

/** Nothing of it is reserved on its charge, and it can be begun anew. */
export const cameToNothing = ({ state }: { state: RefundState }) => CAME_TO_NOTHING.includes(state);

/** A top-up that is undone has earned nothing. */
export const refundsFrom = ({ income }: Pick<ChargeRow, 'income'>): Account =>
  income === 'top-ups' ? 'top-ups' : 'refunds';

/** A refund that came to nothing is begun anew under a key of its own. */
export const providerKeyOf = ({ key, attempt }: Pick<RefundRow, 'key' | 'attempt'>) => `${key}/${attempt}`;
