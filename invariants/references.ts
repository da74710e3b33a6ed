import type { Knex } from 'knex';
import { batchesBy } from './batches';
import { type Breach, type Law, lawOf, type LawSet } from './law';
import { prefixOf, TABLES } from './tables';
import { breachesAmong, type Suspect } from './under-way';
import type { World } from './world';

interface Reference extends Omit<Law, 'rule'> {
  place: 'boxoffice' | 'billing' | 'payment';
  what: string;
  /** With their `id`, and that of the thing: `of`. */
  rows: (db: Knex) => Knex.QueryBuilder;
  /** The thing is written down at the end of its workflow. */
  early?: true;
}

/** Rows of one service that name a thing of another's. */
const REFERENCES: readonly Reference[] = [
  {
    id: 'ticket-of-a-booking',
    holds: 'A ticket is of a booking that exists',
    place: 'boxoffice',
    what: 'ticket',
    rows: (db) => db('boxoffice.tickets').select({ id: 'booking_id', of: 'booking_id' }),
  },
  {
    id: 'bill-of-a-rental',
    holds: 'A bill is of a rental that exists',
    place: 'billing',
    what: 'bill',
    rows: (db) => db('billing.bills').select('id', { of: 'rental_id' }),
  },
  {
    id: 'unpaid-bill-of-a-rental',
    holds: 'A fee waits for a top-up only for a rental that exists',
    place: 'payment',
    what: 'unpaid bill',
    rows: (db) => db('payment.unpaid_bills').select({ id: 'rental_id', of: 'rental_id' }),
  },
  {
    id: 'transfer-of-a-thing',
    holds: 'Fees and credits are for a rental, top-up or conversion that exists',
    place: 'payment',
    what: 'transfer',
    rows: (db) =>
      db('payment.transfers')
        .whereIn('kind', ['BILL', 'TOP_UP', 'CONVERSION'])
        .select({ id: 'key', of: 'business_id' }),
  },
  {
    id: 'charge-of-a-thing',
    holds: 'What is kept of a charge is for a thing that exists',
    place: 'payment',
    what: 'charge',
    rows: (db) =>
      db('payment.charges')
        .where({ state: 'CAPTURED' })
        .whereRaw('refunded < amount')
        .select({ id: 'key', of: db.raw(`split_part(key, '/', 1)`) }),
    early: true,
  },
];

export const REFERENCE_LAWS: readonly LawSet[] = REFERENCES.map((reference) =>
  lawOf({ id: reference.id, holds: reference.holds, rule: 4, place: reference.place }, (world) =>
    breachesOf(world, reference),
  ),
);

async function breachesOf(world: World, { place, what, rows, early }: Reference): Promise<Breach[]> {
  const db = world.databases[place];
  const missing: Suspect[] = [];
  for await (const some of batchesBy<{ id: string; of: string }>('id', db.from(rows(db).as('rows')))) {
    const known = await existing(
      world,
      some.map(({ of }) => of),
    );
    for (const { id, of } of some)
      if (!known.has(of))
        missing.push({ id, breach: `${what} ${id} is of nothing: ${of}`, workflow: of, parkable: of });
  }
  return early ? breachesAmong(world, missing) : missing.map(({ id, breach }) => ({ id, breach }));
}

/** Of these things those that are written down. */
async function existing({ databases }: World, ids: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const [prefix, [domain, table]] of Object.entries(TABLES)) {
    const those = ids.filter((id) => prefixOf(id) === prefix);
    if (those.length === 0) continue;
    const rows = databases[domain](table).whereRaw('id = ANY(?)', [those]);
    for (const id of await rows.pluck<string[]>('id')) found.add(id);
  }
  return found;
}
