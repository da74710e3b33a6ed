import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { connect, NO_HURRY } from '../activities/database';
import { migrationsOf } from '../migrations/sql-files';
import { ROOT } from '../root';
import { newDatabases } from './test-stack';

/** What databases remember: a name that goes or changes would keep every one of them from starting. Only added to. */
const REMEMBERED: Record<string, string[]> = {
  api: ['001_idempotency', '002_joined', '003_rate_limits', '005_operators'],
  bike: [
    '001_rentals',
    '002_era',
    '003_lists',
    '004_limits',
    '005_sleepers',
    '006_recovery',
    '007_removals',
    '008_stations',
  ],
  billing: ['001_bills', '002_era', '003_sleepers'],
  boxoffice: ['001_tickets', '002_events', '003_waiting', '004_era', '005_sleepers'],
  course: ['001_courses', '002_era', '003_composed', '004_sleepers'],
  delivery: ['001_deliveries', '002_era', '003_sleepers', '004_recovery'],
  food: [
    '001_orders',
    '002_era',
    '003_lists',
    '004_sleepers',
    '005_recovery',
    '006_written_off',
    '007_removals',
    '008_dishes',
  ],
  kickboard: ['001_rides', '002_era', '003_lists', '004_sleepers', '005_recovery', '006_places'],
  movie: [
    '001_bookings',
    '002_events',
    '003_era',
    '004_lists',
    '005_sleepers',
    '006_recovery',
    '007_written_off',
    '008_removals',
  ],
  notification: [
    '001_messages',
    '002_deliveries',
    '003_heartbeats',
    '004_told_to_listeners',
    '005_confirmed_contacts',
    '006_told_since',
    '007_webhooks_paused',
    '008_found_by_contact',
  ],
  payment: [
    '001_charges',
    '002_ledger',
    '003_parked',
    '004_statement',
    '005_events',
    '006_bills',
    '007_tries',
    '008_era',
    '009_late_refunds',
    '010_sleepers',
    '011_recovery',
    '012_lasting_undos',
    '013_refunds_that_failed',
    '014_reads_of_operators',
  ],
  psp: ['001_provider', '002_refunds_in_process'],
  relay: ['001_checkpoints'],
  views: [
    '001_pages',
    '002_vehicles',
    '003_orders',
    '004_movement',
    '005_heartbeats',
    '006_told_to_listeners',
    '007_deliveries',
    '008_hall',
  ],
};
const SCHEMAS = Object.keys(REMEMBERED);
const remembered = (schema: string) => REMEMBERED[schema]!.map((name) => `${name}.ts`);

let db: Knex;
beforeAll(async () => {
  const { databaseUrl } = await newDatabases();
  db = connect(databaseUrl, 2, NO_HURRY);
});
afterAll(() => db.destroy());

test('each folder is the migrations of one schema', () => {
  const folders = readdirSync(join(ROOT, 'migrations'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(folders.sort()).toEqual(SCHEMAS);
});

test.each(SCHEMAS)('%s: the files have the names that databases remember', async (schema) => {
  const source = migrationsOf(schema);
  const files = await source.getMigrations();
  expect(files.map((file) => source.getMigrationName(file))).toEqual(remembered(schema));
});

/** The provider's is in a database of its own. */
const OURS = SCHEMAS.filter((schema) => schema !== 'psp');

test.each(OURS)('%s: a new database remembers them', async (schema) => {
  const names = await db('migrations').withSchema(schema).orderBy('id').pluck<string[]>('name');
  expect(names).toEqual(remembered(schema));
});

/** All that a schema has, under its name. */
async function madeIn(schema: string): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { what: string }[] }>(
    `SELECT c.relkind::text || ' ' || c.relname AS what FROM pg_class c WHERE c.relnamespace = :schema::regnamespace
     UNION SELECT 'f ' || p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = :schema::regnamespace
     UNION SELECT 't ' || t.tgrelid::regclass::text || ' ' || t.tgname FROM pg_trigger t
       JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = :schema::regnamespace AND NOT t.tgisinternal
     ORDER BY what`,
    { schema },
  );
  return rows.map(({ what }) => what).filter((what) => !/ migrations(_|$)/.test(what));
}

test.each(OURS)('%s: undone, nothing is left; done again, it is as it was', async (schema) => {
  const where = { migrationSource: migrationsOf(schema), schemaName: schema, tableName: 'migrations' };
  const before = await madeIn(schema);
  await db.migrate.rollback(where, true);
  expect(await madeIn(schema)).toEqual([]);
  await db.migrate.latest(where);
  expect(await madeIn(schema)).toEqual(before);
});
