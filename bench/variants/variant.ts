import type { Counters } from '../meter';
import type { Extent, Load } from '../load';

/** One way to book a seat durably, measured in turns with the others. */
export interface Variant {
  name: string;
  /** In one line, for the table. */
  what: string;
  /** Anew, on empty data. */
  start: () => Promise<Turn>;
}

/** A started variant. */
export interface Turn {
  /** So many customers at once. */
  load: (customers: number, extent: Extent) => Promise<Load>;
  read: () => Promise<Counters>;
  /** Events in the history of the newest booking; 0 where there is none. */
  historyEvents: () => Promise<number>;
  stop: () => Promise<void>;
}

/** What the process of a variant's workers says once it serves. */
export const READY = 'The workers run.';

/** All without Haru, by the name that --variants takes. */
export const PLAIN = ['textbook', 'bare', 'dbos', 'floor'] as const;
export type Plain = (typeof PLAIN)[number];

/** Temporal's servers, as TEMPORAL_SERVER names them. */
export const ENGINES = ['development', 'postgres'] as const;
export type Engine = (typeof ENGINES)[number];
