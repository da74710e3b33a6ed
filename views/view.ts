import type { Knex } from 'knex';
import type { Event } from '../events/event';
import type { Consumer } from '../events/subscription';

/** A read model: what one page or list shows, made of events alone. */
export interface View {
  /** Also the name of its table. */
  name: string;
  /** The domains whose events it is made of. */
  sources: readonly string[];
  /** @param table the one that is read, or the one that is being made anew */
  take: (tx: Knex, event: Event, table: string) => Promise<void>;
}

/** The consumer that keeps the view. @param name its own, where it is not the live one; @param schema of its table */
export const keeperOf = (view: View, db: Knex, name = view.name, schema = 'views'): Consumer => ({
  name,
  sources: view.sources,
  db,
  schema: 'views',
  take: (tx, event) => view.take(tx, event, `${schema}.${view.name}`),
});
