import type { Knex } from 'knex';
import { isDeepStrictEqual } from 'node:util';
import { CATALOGUE } from '../events/catalogue';
import type { Domain } from '../domains';
import type { Place } from '../events/event';
import { batchesBy, rowsBy } from './batches';
import { parkedSubjects, placeOf } from './checkpoints';
import { type Breach, lawOf, type LawSet } from './law';

/** A page, or what one domain tells of it. */
interface Page {
  view: string;
  domain: Domain;
  what: string;
  /** Names of the events that it is made of. */
  events: RegExp;
  /** The column that has the events' subject; `id` unless said. */
  subject?: string;
  /** What it shows: each event says it all. */
  columns: readonly string[];
}

/** "rides_left" is `ridesLeft` in events; "bill_status" is the `status` of a bill. */
const fieldOf = (column: string) =>
  column.replace(/^bill_/, '').replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

type Values = Record<string, unknown>;

interface LastEvent {
  subject: string;
  data: Values;
}

/** A page shows what the events up to its checkpoint tell, and nothing else. Two databases: no join. */
export const pageLaw = (page: Page): LawSet =>
  lawOf(
    {
      id: `page-${page.view}-${page.domain}`,
      holds: `The page of ${page.view} is what ${page.domain} tells`,
      rule: 9,
      place: 'views',
    },
    ({ databases }) =>
      databases.views.transaction((tx) => breachesOf(page, tx, databases[page.domain]), {
        isolationLevel: 'repeatable read',
        readOnly: true,
      }),
  );

async function breachesOf(page: Page, views: Knex, db: Knex): Promise<Breach[]> {
  const { view, domain, what, columns, subject: key = 'id' } = page;
  const place = await placeOf(views, 'views', view, domain);
  const parked = await parkedSubjects(views, 'views', view);
  const types = Object.keys(CATALOGUE).filter((name) => page.events.test(name));
  const events = db(`${domain}.outbox`).whereIn('type', types);
  const rows = views(`views.${view}`);
  const breaches: Breach[] = [];

  for await (const some of batchesBy<LastEvent>('subject', lastOf(events, place, db))) {
    const ids = some.map(({ subject }) => subject);
    const shown = await rowsBy<Values>(key, ids, rows);
    for (const { subject: id, data } of some) {
      const wrong = columns.filter((column) => !isSame(shown.get(id)?.[column], data[fieldOf(column)]));
      const is = wrong.map(
        (column) => `${column} ${inWords(shown.get(id)?.[column], data[fieldOf(column)])}`,
      );
      if (wrong.length > 0 && !parked.has(id))
        breaches.push({ id, breach: `${what} ${id} is shown with ${is.join(', ')}` });
    }
  }
  for await (const some of batchesBy<Values>(key, rows.clone().whereNotNull(columns[0] ?? key))) {
    const ids = some.map((row) => String(row[key]));
    const told = new Set(await events.clone().whereIn('subject', ids).pluck<string[]>('subject'));
    for (const id of ids)
      if (!told.has(id)) breaches.push({ id, breach: `${what} ${id} is shown, and was never told of` });
  }
  return breaches;
}

const lastOf = (events: Knex.QueryBuilder, { xid, position }: Place, db: Knex): Knex.QueryBuilder =>
  db.from(
    events
      .clone()
      .distinctOn('subject')
      .whereRaw('(outbox.xid, position) <= (CAST(? AS xid8), ?)', [xid, position])
      .orderByRaw('subject, outbox.xid DESC, position DESC')
      .select('subject', 'data')
      .as('last'),
  );

const isSame = (shown: unknown, told: unknown) => isDeepStrictEqual(asTold(shown), told);
const inWords = (shown: unknown, told: unknown) =>
  `${shown === undefined ? 'nothing' : JSON.stringify(asTold(shown))}, told as ${JSON.stringify(told)}`;

/** Times are text in events. */
const asTold = (value: unknown) => (value instanceof Date ? value.toISOString() : value);
