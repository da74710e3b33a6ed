import type { Knex } from 'knex';
import type { Event } from '../events/event';

/** A read model: what one page or list shows, made of events alone. */
export interface View {
  /** Also the name of its table. */
  name: string;
  /** The domains whose events it is made of. */
  sources: readonly string[];
  /** @param table the one that is read, or the one that is being made anew */
  take: (tx: Knex, event: Event, table: string) => Promise<void>;
}
