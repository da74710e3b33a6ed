import type { Knex } from 'knex';
import { connect, NO_HURRY } from '../../activities/database';
import { DeliveryRepository } from '../../activities/delivery/repository';
import { newDatabases } from '../test-stack';

const COURIERS = 200;
/** Brought by now, all together. */
const BROUGHT = 50_000;

let db: Knex;
let deliveries: DeliveryRepository;
beforeAll(async () => {
  db = connect((await newDatabases()).databaseUrl, 2, NO_HURRY);
  deliveries = new DeliveryRepository(db);
  await fill();
}, 60_000);
afterAll(() => db.destroy());

/** Couriers on duty who have brought as many each, and have one on its way, but for the last. */
async function fill(): Promise<void> {
  await db.raw(`
    SET session_replication_role = replica;
    INSERT INTO delivery.couriers (courier, on_duty)
    SELECT 'courier' || n, true FROM generate_series(1, ${COURIERS}) n;
    INSERT INTO delivery.deliveries
      (id, order_id, customer, address, lines, status, courier, accepted, completed_by, completed_at)
    SELECT 'dlv_brought' || n, 'ord_brought' || n, 'x', 'y', '[]', 'COMPLETED', 'courier' || 1 + n % ${COURIERS}, true,
      'z', now()
    FROM generate_series(1, ${BROUGHT}) n;
    INSERT INTO delivery.deliveries (id, order_id, customer, address, lines, status, courier, accepted)
    SELECT 'dlv_begun' || n, 'ord_begun' || n, 'x', 'y', '[]', 'STARTED', 'courier' || n, true
    FROM generate_series(1, ${COURIERS} - 1) n;
    RESET session_replication_role`);
  await db.raw('VACUUM ANALYZE delivery.deliveries');
}

const start = (id: string) =>
  deliveries.start({ id, orderId: `ord_${id}`, customer: 'x', address: 'y', lines: [] });

/** What a repository asks meanwhile. */
async function asked(act: () => Promise<unknown>): Promise<Knex.Sql[]> {
  const heard: Knex.Sql[] = [];
  const hear = (query: Knex.Sql) => void heard.push(query);
  db.on('query', hear);
  await act();
  db.off('query', hear);
  return heard;
}

test('whoever has the fewest is found by what is on its way, however much was ever brought', async () => {
  await start('dlv_new');
  const queries = await asked(async () => {
    expect(await deliveries.offer('dlv_new', undefined)).toEqual({ offeredTo: `courier${COURIERS}` });
  });
  const [choice, ...others] = queries.filter(({ sql }) => sql.includes('delivery.couriers'));
  expect(others).toEqual([]);
  const { rows } = await db.raw<{ rows: { 'QUERY PLAN': string }[] }>(
    `EXPLAIN ${choice?.sql.replaceAll(/\$\d+/g, '?')}`,
    [...(choice?.bindings ?? [])],
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/Index (Only )?Scan using open_deliveries_of_a_courier/);
  expect(plan).not.toMatch('Seq Scan on deliveries');
});
