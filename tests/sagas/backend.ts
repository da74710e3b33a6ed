import type { Screening } from '../../activities/movie/reads';
import type { ConvertPoints } from '../../workflows/bike/contract';
import type { BuyPass } from '../../workflows/kickboard/contract';
import type { CreditStatus } from '../../workflows/payment/contract';

/** When a screening is, from now or from `from` (epoch milliseconds). */
export interface Times {
  from?: number;
  startsInMs?: number;
  lastsMs?: number;
}

/** Where sagas keep what they do: in memory, or on PostgreSQL with a provider behind HTTP. */
export interface Backend {
  screening: (times?: Times) => Promise<Screening>;
  /** @returns its id */
  kickboard: (location?: string) => Promise<string>;
  bike: (location?: string) => Promise<string>;
  /** A pass as one that was bought. */
  bought: (pass: BuyPass) => Promise<void>;
  /** A deposit as after a top-up. */
  deposit: (customer: string, amount: number) => Promise<void>;
  manager: (manager: string, points: number) => Promise<void>;
  /** From now on a ride may have been due before it began. */
  overdueRides: () => Promise<void>;
  customerOf: (rental: string) => Promise<string>;
  /** Whether points were credited; if not, they never will be. */
  creditOf: (conversion: ConvertPoints) => Promise<CreditStatus>;
  /** As its own tables have it; undefined where there is no trace of it. Of a rental that is back: its bill's. */
  statusOf: (id: string) => Promise<string | undefined>;
  /** Whether it may wait like this for a customer, its workflow still running. */
  waits: (id: string, cancelled: boolean) => Promise<boolean>;
  /** Laws (invariants/) that these break at rest, in words, by id. */
  judge: (ids: readonly string[]) => Promise<Map<string, string[]>>;
  close: () => Promise<void>;
}
