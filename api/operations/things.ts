import type { Knex } from 'knex';
import type { Domain } from '../../config';
import { inPage } from '../../activities/database';
import { manifests, tableOf } from '../../manifests/all';
import { createdAtOf, firstIdAt } from '../thing';

/** Any row that is known by a TypeID. */
export interface Found {
  kind: string;
  id: string;
  customer: string | null;
  status: string | null;
  createdAt: string;
  href: string | null;
}

interface Kind {
  table: string;
  /** Of the address at which it is read, `/v1/bookings`; null where it is read at none. */
  path: string | null;
}

/** Those that no manifest names, as no customer or staff makes them by asking. */
const UNNAMED: Readonly<Record<string, Kind>> = {
  kbd: { table: 'kickboard.kickboards', path: 'kickboards' },
  bik: { table: 'bike.bikes', path: 'bikes' },
  bil: { table: 'billing.bills', path: null },
  mnu: { table: 'food.menus', path: 'menus' },
  dlv: { table: 'delivery.deliveries', path: 'deliveries' },
  pay: { table: 'payment.charges', path: null },
  trf: { table: 'payment.transfers', path: null },
  prk: { table: 'payment.parked', path: null },
};
/** Read by whoever made them alone, or with something else. */
const READ_ELSEWHERE = ['top', 'rpt', 'cnv', 'cmt', 'rev'];

const KINDS: Readonly<Record<string, Kind>> = {
  ...Object.fromEntries(
    Object.entries(tableOf('tables')).map(([prefix, table]) => [
      prefix,
      { table, path: READ_ELSEWHERE.includes(prefix) ? null : (table.split('.')[1] ?? null) },
    ]),
  ),
  ...UNNAMED,
};

type Databases = Record<Domain, Knex>;
/** "bike.rentals" → "rental" */
const nameOf = ({ table }: Kind) =>
  (table.split('.')[1] ?? table)
    .replaceAll('_', '-')
    .replace(/ies$/, 'y')
    .replace(/(?<=ss)es$|s$/, '');

/** @returns the prefix of the kinds of things that a saga moves, with the statuses that they may have */
export const SAGA_KINDS = Object.entries(tableOf('tables')).flatMap(([prefix, table]) => {
  const lifecycle = manifests
    .flatMap(({ lifecycles }) => lifecycles ?? [])
    .find((one) => one.table === table);
  return lifecycle ? [{ prefix, ...lifecycle }] : [];
});

/** The thing with that id, of whatever kind; undefined where there is none. */
export async function thingBy(databases: Databases, id: string): Promise<Found | undefined> {
  const prefix = id.split('_', 1)[0] ?? '';
  const kind = KINDS[prefix];
  if (!kind) return undefined;
  const row = await selected(databases, kind).where({ id }).first<Row | undefined>();
  return row && found(kind, row);
}

/** The newest things of a customer's, of each kind at most so many. */
export async function thingsOf(databases: Databases, customer: string, atMost: number): Promise<Found[]> {
  const each = SAGA_KINDS.map(async ({ prefix, table }) => {
    const kind = KINDS[prefix];
    if (!kind) return [];
    const rows = selected(databases, kind).where({ [OWNERS[table] ?? 'customer']: customer });
    return ((await inPage(rows, { limit: atMost })) as Row[]).map((row) => found(kind, row));
  });
  return (await Promise.all(each)).flat().sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

/** Whose a thing is, where that is no customer. */
const OWNERS: Readonly<Record<string, string>> = { 'bike.reports': 'manager', 'bike.conversions': 'manager' };

interface Row {
  id: string;
  owner: string | null;
  status: string | null;
}

/** Any table: whose a row is, and how it stands, by whichever of these columns it has. */
function selected(databases: Databases, { table }: Kind): Knex.QueryBuilder {
  const db = databases[table.split('.')[0] as Domain];
  const first = (names: readonly string[]) =>
    db.raw(`coalesce(${names.map((name) => `to_jsonb(t) ->> '${name}'`).join(', ')})`);
  return db({ t: table }).select({
    id: 'id',
    owner: first(['customer', 'manager', 'host']),
    status: first(['status', 'state', 'kind']),
  });
}

const found = (kind: Kind, { id, owner, status }: Row): Found => ({
  ...{ kind: nameOf(kind), id, customer: owner, status },
  createdAt: createdAtOf(id),
  href: kind.path === null ? null : `/v1/${kind.path}/${id}`,
});

/** How many of a kind were made since then, by status and by the span of time in which they were. */
export async function madeSince(
  databases: Databases,
  { prefix, table, domain }: (typeof SAGA_KINDS)[number],
  since: Date,
  spans: readonly Date[],
): Promise<{ span: number; status: string; count: number }[]> {
  const { rows } = await databases[domain].raw<{ rows: { span: number; status: string; count: number }[] }>(
    `SELECT width_bucket(id, CAST(:spans AS text[])) AS span, status, count(*) AS count
     FROM :table: WHERE id >= :since GROUP BY 1, 2`,
    { table, since: firstIdAt(prefix, since), spans: spans.map((at) => firstIdAt(prefix, at)) },
  );
  return rows;
}

export const domainsOfThings = [...new Set(SAGA_KINDS.map(({ domain }) => domain))];
