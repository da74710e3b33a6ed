import type { Knex } from 'knex';
import { BikeReads } from '../../activities/bike/reads';
import { BikeRepository } from '../../activities/bike/repository';
import { pause, until } from '../../engine/wait';
import { FaultHarness } from './harness';
import { PATIENCE_MS, rentalFor, somebody, topUpFor } from './orders';
import type { PostgresBackend } from './postgres';
import { converting } from './scenarios/points';
import { rented, settling } from './scenarios/rental';
import { heldAt, holdable } from './unpaid';

let harness: FaultHarness<PostgresBackend>;
beforeAll(async () => {
  harness = await FaultHarness.onPostgres({}, ['bike', 'billing', 'payment']);
});
afterAll(() => harness.close());

beforeAll(() => holdable(harness.backend.db));

test('a late word of a debt that is paid by then keeps nobody from renting', async () => {
  const { db } = harness.backend;
  const { id } = await settling.run(harness, { on: () => undefined, patienceMs: 30_000 });
  expect(await harness.end(id)).toEqual({ status: 'CLOSED', breaches: [] });
  const { customer } = await db('bike.rentals').where({ id }).first<{ customer: string }>('customer');
  await new BikeRepository(db).owe(customer, id);
  expect(await new BikeReads(db).owes(customer)).toBe(false);
});

test('at no moment a manager has more in points and deposit together than was earned', async () => {
  const { db } = harness.backend;
  const over = { all: false };
  const watching = (async () => {
    const seen = new Set<string>();
    for (let looks = 0; ; looks++) {
      for (const manager of await richer(db)) seen.add(manager);
      if (over.all) return { looks, seen };
      await pause(20);
    }
  })();
  const steps = ['takePoints', 'creditConversion', 'converted'] as const;
  const ways = ['fails', 'losesAnswer', 'hangsDone', 'cancelled', 'cancelledDone'] as const;
  const conversions = steps.flatMap((step) =>
    ways.map(async (way) => {
      const plan = (id: string) => harness.faults.plan(id, step, way);
      const { id } = await converting().run(harness, { on: plan, patienceMs: PATIENCE_MS });
      return harness.end(id);
    }),
  );
  const ends = await Promise.all(conversions);
  over.all = true;
  expect(ends.flatMap(({ breaches }) => breaches)).toEqual([]);
  const { looks, seen } = await watching;
  expect(looks).toBeGreaterThan(50);
  expect([...seen]).toEqual([]);

  const manager = somebody();
  await harness.backend.manager(manager, 1_000);
  await db('bike.managers').where({ manager }).increment('points', 1);
  expect(await richer(db)).toEqual([manager]);
  await db('bike.managers').where({ manager }).decrement('points', 1);
});

test.each(['INSERT', 'DELETE'] as const)(
  'money that comes between the two tries to pay a bill pays it (at the %s)',
  async (moment) => {
    const { client, backend } = harness;
    const { id, customer } = await rented(harness, 999);
    await heldAt(
      backend.db,
      moment,
      id,
      () => client.bringBack(id, '판교'),
      async () => {
        const order = topUpFor({ customer });
        expect(await client.topUp(order)).toBe('done');
        await client.workflow(order.id).result();
      },
    );
    expect(await harness.end(id)).toEqual({ status: 'CLOSED', breaches: [] });
  },
);

test('money that is enough for one of two bills pays one, and the next pays the other', async () => {
  const { client, backend } = harness;
  const first = await rented(harness, 0);
  const second = rentalFor(await backend.bike(), { customer: first.customer });
  expect(await client.rent(second)).toBe('done');
  const ids = [first.id, second.id];
  for (const id of ids) await client.bringBack(id, '판교');
  const ends = async () => (await Promise.all(ids.map((id) => harness.end(id)))).map(({ status }) => status);
  expect(await ends()).toEqual(['UNPAID', 'UNPAID']);

  for (const closed of [1, 2]) {
    expect(await client.topUp(topUpFor({ customer: first.customer, amount: 1_000 }))).toBe('done');
    const done = async () => (await ends()).filter((end) => end === 'CLOSED').length === closed;
    expect(await until(done, { withinMs: 20_000 })).toBe(true);
  }
  for (const id of ids) expect((await harness.end(id)).breaches).toEqual([]);
});

/** Managers who have more than the points that they began with and earned by reports. */
async function richer(db: Knex): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { manager: string }[] }>(
    `SELECT manager FROM bike.managers m
     WHERE points + (SELECT COALESCE(sum(amount), 0) FROM payment.transfers
                     WHERE kind = 'CONVERSION' AND to_account = 'deposit:' || manager)
       > (SELECT COALESCE(sum(points), 0) FROM bike.point_entries e
          WHERE e.manager = m.manager AND kind IN ('OPENING', 'REPORT'))`,
  );
  return rows.map(({ manager }) => manager);
}
