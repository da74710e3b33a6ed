import type { Knex } from 'knex';
import type { Event } from '../events/event';
import type { Consumer } from '../events/subscription';

/** What an event makes of a row: the columns that it knows of. */
type Columns = Record<string, unknown>;

/** A read model: what one page or list shows, made of events alone. */
export interface View {
  /** Also the name of its table. */
  name: string;
  /** The domains whose events it is made of. */
  sources: readonly string[];
  /** The column by which a row is known. */
  key: string;
  /** What the customer's page shows of its newest rows: property → column, or SQL; and of which rows, unless of all. */
  page?: { columns: Readonly<Record<string, string>>; where?: string };
  /** A column that only grows: what comes with less is old. */
  grows?: string;
  /** What the event says of its row; undefined where it says nothing. */
  columnsOf: (event: Event) => Columns | undefined;
}

/** The consumer that keeps the view. @param name its own, where it is not the live one; @param schema of its table */
export const projectionConsumer = (view: View, db: Knex, name = view.name, schema = 'views'): Consumer => {
  const takeBatch = (tx: Knex, events: readonly Event[]) =>
    put(tx, `${schema}.${view.name}`, view, lastOfEach(view, events));
  return {
    ...{ name, sources: view.sources, db, schema: 'views' },
    take: (tx, event) => takeBatch(tx, [event]),
    takeBatch,
  };
};

/** The last of each row and of each set of columns: parts of a row may come from several domains. */
function lastOfEach({ key, grows, columnsOf }: View, events: readonly Event[]): Columns[][] {
  const sets = new Map<string, Map<unknown, Columns>>();
  for (const event of events) {
    const columns = columnsOf(event);
    if (columns === undefined) continue;
    const names = Object.keys(columns).sort().join();
    const rows = sets.get(names) ?? new Map<unknown, Columns>();
    sets.set(names, rows);
    const before = rows.get(columns[key]);
    if (grows && before && Number(before[grows]) > Number(columns[grows])) continue;
    rows.set(columns[key], columns);
  }
  return [...sets.values()].map((rows) => [...rows.values()]);
}

async function put(tx: Knex, table: string, { key, grows }: View, sets: Columns[][]): Promise<void> {
  for (const rows of sets) {
    const insert = tx({ t: table }).insert(rows).onConflict(key).merge();
    await (grows === undefined ? insert : insert.whereRaw('t.?? < excluded.??', [grows, grows]));
  }
}
