import type { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { Overdraft, transfer, type Transfer } from '../../activities/payment/ledger';
import { inWords } from '../../invariants/law';
import { LEDGER } from '../../invariants/ledger';
import { PostgresBackend } from '../sagas/postgres';

let backend: PostgresBackend;
let db: Knex;
beforeAll(async () => {
  backend = await PostgresBackend.open();
  ({ db } = backend);
});
afterEach(async () => {
  expect(inWords(await LEDGER.checkOn(db))).toEqual([]);
});
afterAll(() => backend.close());

const order = (change: Partial<Transfer> = {}): Transfer => {
  const businessId = `top_${randomUUID()}`;
  return {
    key: `${businessId}/charge`,
    kind: 'CAPTURE',
    from: 'provider',
    to: 'top-ups',
    amount: 10_000,
    businessId,
    ...change,
  };
};
const move = (change?: Partial<Transfer>) => db.transaction((tx) => transfer(tx, order(change)));

const balanceOf = async (id: string): Promise<number> => {
  const account = await db('payment.accounts').where({ id }).first<{ balance: number } | undefined>();
  return account?.balance ?? 0;
};
const count = async (): Promise<number> => {
  const { rows } = await db.raw<{ rows: { n: number }[] }>('SELECT count(*) AS n FROM payment.transfers');
  return rows[0]!.n;
};

/** Something decided, so that there is a row to tamper with. */
async function decided(): Promise<void> {
  const key = `bkg_${randomUUID()}/undo`;
  await db('payment.parked').insert({
    key,
    id: `prk_${randomUUID()}`,
    kind: 'UNDO',
    business_id: 'bkg_x',
    workflow_id: 'bkg_x',
    amount: 1,
    state: 'FAILING',
    error: 'a drill',
  });
  await db('payment.decisions').insert({
    key: randomUUID(),
    parked: key,
    action: 'retry',
    reason: 'x',
    decided_by: 'x',
  });
}

describe.each([
  ['payment.transfers', { amount: 1 }],
  ['payment.entries', { amount: 1 }],
  ['payment.decisions', { reason: 'another' }],
])('%s', (table, change) => {
  beforeAll(async () => {
    await move();
    await decided();
  });

  test('is never changed, not even by the superuser', async () => {
    const { rows } = await db.raw<{ rows: object[] }>(
      'SELECT rolsuper FROM pg_roles WHERE rolname = current_user',
    );
    expect(rows).toEqual([{ rolsuper: true }]);
    const before = await db(table).select();
    expect(before.length).toBeGreaterThan(0);

    const never = /is never changed, only added to/;
    await expect(db(table).update(change)).rejects.toThrow(never);
    await expect(db(table).whereRaw('false').update(change)).rejects.toThrow(never);
    await expect(db(table).delete()).rejects.toThrow(never);
    await expect(db.raw(`TRUNCATE ${table} CASCADE`)).rejects.toThrow(never);
    expect(await db(table).select()).toEqual(before);
  });

  test('gives nobody a right to change it, neither its owner nor the role that works with it', async () => {
    const { rows } = await db.raw<{ rows: { acl: string }[] }>(
      `SELECT unnest(relacl)::text AS acl FROM pg_class WHERE oid = '${table}'::regclass`,
    );
    // a INSERT, r SELECT; w UPDATE, d DELETE and D TRUNCATE must be missing.
    expect(rows.map(({ acl }) => acl)).toEqual([
      expect.stringMatching(/^haru=ar[^wdD/]*\//),
      expect.stringMatching(/^haru_app=ar\//),
    ]);
  });
});

test('the same transfer again moves nothing', async () => {
  const once = order();
  expect(await move(once)).toBe(true);
  const [balance, transfers] = [await balanceOf('top-ups'), await count()];
  expect(await move(once)).toBe(false);
  expect([await balanceOf('top-ups'), await count()]).toEqual([balance, transfers]);
});

test.each([
  ['amount', { amount: 10_001 }],
  ['origin', { from: 'suspense' }],
  ['destination', { to: 'revenue:movie' }],
] satisfies [string, Partial<Transfer>][])(
  'a key that was used with another %s is refused',
  async (_, change) => {
    const once = order();
    await move(once);
    const transfers = await count();
    await expect(move({ ...once, ...change })).rejects.toThrow('was made with other values');
    expect(await count()).toBe(transfers);
  },
);

test.each([0, -1])('an amount of %i is refused', async (amount) => {
  const transfers = await count();
  await expect(move({ amount })).rejects.toThrow('violates check constraint');
  expect(await count()).toBe(transfers);
});

test('an account does not pay itself', async () => {
  await expect(move({ from: 'suspense', to: 'suspense' })).rejects.toThrow();
});

test('a deposit never goes below 0', async () => {
  const mine = `deposit:u-${randomUUID()}` as const;
  await move({ to: mine, amount: 100 });
  const transfers = await count();
  await expect(move({ from: mine, to: 'revenue:movie', amount: 101 })).rejects.toThrow(Overdraft);
  expect([await balanceOf(mine), await count()]).toEqual([100, transfers]);
  await move({ from: mine, to: 'revenue:movie', amount: 100 });
  expect(await balanceOf(mine)).toBe(0);
  await expect(move({ from: mine, to: 'revenue:movie', amount: 1 })).rejects.toThrow(Overdraft);
});

test('50 transfers out of one deposit at once, of which it covers 10: ten are made, in one unbroken chain', async () => {
  const mine = `deposit:u-${randomUUID()}` as const;
  await move({ to: mine, amount: 1_000 });
  const out = Array.from({ length: 50 }, () => move({ from: mine, to: 'revenue:movie', amount: 100 }));
  const made = await Promise.allSettled(out);
  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  const reasons = made.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  expect(reasons.every((reason) => reason instanceof Overdraft)).toBe(true);
  expect(await balanceOf(mine)).toBe(0);
});

test('opposite transfers between the same accounts never wait for each other for ever', async () => {
  const before = await balanceOf('suspense');
  const moves = Array.from({ length: 40 }, (_, i) =>
    i % 2 ? move({ from: 'suspense', to: 'refunds' }) : move({ from: 'refunds', to: 'suspense' }),
  );
  expect(await Promise.all(moves)).toEqual(Array(40).fill(true));
  expect(await balanceOf('suspense')).toBe(before);
});
