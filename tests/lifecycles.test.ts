import type { Knex } from 'knex';
import { connect, NO_HURRY } from '../activities/database';
import { CATALOGUE } from '../events/catalogue';
import { manifests } from '../manifests/all';
import { newDatabases } from './test-stack';

const LIFECYCLES = manifests.flatMap(({ lifecycles }) => lifecycles ?? []);

/** Events of rows whose status stays, or that were there before there were events. */
const WITHOUT_A_TRANSITION = [
  'movie.ticket-issued',
  'movie.booking-recorded',
  'boxoffice.ticket-recorded',
  'kickboard.due',
  'kickboard.missing',
  'billing.assessed',
  'delivery.offered',
  'delivery.accepted',
  'delivery.passed-on',
];

let db: Knex;
beforeAll(async () => {
  db = connect((await newDatabases()).databaseUrl, 1, NO_HURRY);
});
afterAll(() => db.destroy());

/** The statuses that the database allows in a table. */
async function allowedIn(table: string): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { check: string }[] }>(
    `SELECT pg_get_constraintdef(c.oid) AS check
     FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
     WHERE c.conrelid = CAST(? AS regclass) AND c.contype = 'c' AND a.attname = 'status'`,
    [table],
  );
  expect([table, rows.length]).toEqual([table, 1]);
  return [...(rows[0]?.check ?? '').matchAll(/'(\w+)'/g)].map(([, status]) => status as string);
}

const each = LIFECYCLES.map((lifecycle) => [lifecycle.table, lifecycle] as const);

test.each(each)('%s: the database allows the statuses of its lifecycle, and no other', async (table, of) => {
  expect((await allowedIn(table)).sort()).toEqual([...of.statuses].sort());
});

test.each(each)('%s: the column with its workflow’s id is there', async (table, { workflow }) => {
  await db(table).select(workflow).limit(0);
});

test.each(each)('%s: each transition starts in a status that another leads to', (_, { acts, statuses }) => {
  for (const { from } of Object.values(acts))
    for (const status of from) if (status !== null) expect(statuses).toContain(status);
});

test.each(each)('%s: whatever is unfinished can end', (_, { acts, statuses, unfinished }) => {
  const final = statuses.filter((status) => !unfinished.includes(status));
  const endsIn = (status: string, passed: readonly string[] = []): boolean =>
    final.includes(status) ||
    Object.values(acts).some(
      ({ from, to }) => from.includes(status) && !passed.includes(to) && endsIn(to, [...passed, status]),
    );
  expect(unfinished.filter((status) => !endsIn(status))).toEqual([]);
});

test('every event of such rows is of one transition, and is in the catalogue', () => {
  const told = new Set(
    LIFECYCLES.flatMap(({ acts }) => Object.values(acts).flatMap(({ tells }) => tells ?? [])),
  );
  const shapes = new Set([...told].map((event) => CATALOGUE[event as keyof typeof CATALOGUE].data));
  const events = Object.entries(CATALOGUE).flatMap(([event, { data }]) => (shapes.has(data) ? [event] : []));
  expect(events.filter((event) => !told.has(event))).toEqual(WITHOUT_A_TRANSITION);
  expect([...told].filter((event) => !events.includes(event))).toEqual([]);
});

test('a transition’s event is of its own domain', () => {
  for (const { domain, acts } of LIFECYCLES)
    for (const { tells } of Object.values(acts)) if (tells) expect(tells.split('.')[0]).toBe(domain);
});
