import type { Knex } from 'knex';
import { connect, NO_HURRY } from '../../activities/database';
import { until } from '../../engine/wait';
import { VIEWS } from '../../views/all';
import { launch } from '../../engine/launch';
import { ROOT } from '../../root';
import { freePort } from '../free-port';
import { argsOf } from '../scripts';
import { startStack, type TestStack } from '../test-stack';

/** A part is not ok when it is 15 s late. */
const SOON = { withinMs: 25_000, everyMs: 200 };

let stack: TestStack;
const held: { pool: Knex; transaction: Knex.Transaction }[] = [];
beforeAll(async () => {
  stack = await startStack({ only: ['boxoffice'] });
});
afterAll(async () => {
  await release();
  await stack.stop();
});

interface Part {
  ok: boolean;
  required?: false;
  seconds?: number;
  owner?: string;
}

async function readiness(): Promise<{ status: number; parts: Record<string, Part> }> {
  const answer = await fetch(`${stack.url}/readyz`);
  return { status: answer.status, ...((await answer.json()) as { parts: Record<string, Part> }) };
}

/** Asks until the part is so, or not any more. */
async function becomes(part: string, ok: boolean): Promise<Part> {
  let last: Part | undefined;
  await until(async () => (last = (await readiness()).parts[part])?.ok === ok, SOON);
  expect(last).toMatchObject({ ok, required: false });
  return last as Part;
}

const measured = async (series: string): Promise<number> => {
  const text = await (await fetch(`${stack.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length));
};

/** Opens a transaction in which nothing more happens. */
async function forgotten(name: string, statement: string): Promise<void> {
  const pool = connect(stack.env.DATABASE_URL ?? '', 1, { ...NO_HURRY, name });
  const transaction = await pool.transaction();
  held.push({ pool, transaction });
  await transaction.raw(statement);
}

const release = () =>
  Promise.all(
    held.splice(0).map(async ({ pool, transaction }) => {
      await transaction.rollback();
      await pool.destroy();
    }),
  );

test('a relay that is frozen and a transaction that stays open are told, by name; the API goes on serving', async () => {
  await forgotten('a forgotten console', 'SELECT pg_current_xact_id()');
  await forgotten('a long report', 'SELECT 1');
  const age = (owner: string, writes: boolean) =>
    measured(`haru_oldest_transaction_seconds{owner="${owner}",writes="${String(writes)}"}`);
  const lateness = (consumer: string, source: string) =>
    measured(`haru_consumer_heartbeat_seconds{consumer="${consumer}",source="${source}"}`);
  const noted = async () => {
    const all = VIEWS.flatMap(({ name, sources }) => sources.map((source) => lateness(name, source)));
    return (await Promise.all(all)).every((seconds) => seconds < 10);
  };
  expect(await until(noted, SOON)).toBe(true);
  expect(await until(async () => (await age('a long report', false)) > 0, SOON)).toBe(true);
  stack.freeze('views');
  try {
    expect((await becomes('transactions', false)).owner).toBe('a forgotten console');
    expect(await age('a forgotten console', true)).toBeGreaterThanOrEqual(15);
    expect((await becomes('consumers', false)).owner).toMatch(/^\w+ in \w+$/);
    expect(await lateness('bookings', 'movie')).toBeGreaterThanOrEqual(15);
    const { status, parts } = await readiness();
    expect([status, parts.views]).toEqual([200, { ok: true, required: false }]);
  } finally {
    stack.thaw('views');
    await release();
  }
  await becomes('consumers', true);
  await becomes('transactions', true);
}, 90_000);

test('a relay that is gone is told, and the API goes on serving', async () => {
  await stack.kill('views');
  await becomes('views', false);
  expect((await readiness()).status).toBe(200);
  await stack.follow(['views']);
  await becomes('views', true);
});

test('each pool bears the name of its process', async () => {
  const named = async () => {
    const names = await stack
      .db('pg_stat_activity')
      .whereRaw('datname = current_database()')
      .distinct()
      .pluck<string[]>('application_name');
    return names.includes('haru api') && names.includes('haru relay views');
  };
  expect(await until(named, SOON)).toBe(true);
});

/** Starts one more API, until it has said that. @returns the line */
async function toldAtStart(message: string): Promise<object | undefined> {
  const lines: { msg: string }[] = [];
  const api = await launch({
    name: 'another api',
    command: process.execPath,
    args: argsOf('api/main.ts'),
    cwd: ROOT,
    env: { ...stack.env, PORT: String(await freePort()), LOG_LEVEL: 'info' },
    onLine: (line) => lines.push(JSON.parse(line) as { msg: string }),
  });
  const said = () => lines.find(({ msg }) => msg.startsWith(message));
  await until(() => said() !== undefined, SOON);
  await api.stop();
  return said();
}

test('a database whose clock is ahead is told of; the API goes on serving', async () => {
  // As if by a clock of its own: what is not said to be PostgreSQL's own is looked for in this schema first.
  await stack.db.raw(`
    CREATE SCHEMA ahead;
    GRANT USAGE ON SCHEMA ahead TO PUBLIC;
    CREATE FUNCTION ahead.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
      $$ SELECT pg_catalog.clock_timestamp() + interval '4 s' $$`);
  const looksIn = (path: string) =>
    stack.db.raw(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = ${path}', current_database()); END $$`,
    );
  const restartApi = async () => {
    await stack.kill('api');
    await stack.start('api');
    await stack.ready();
  };
  await looksIn('ahead, pg_catalog, public');
  await restartApi();
  const { seconds, owner } = await becomes('clocks', false);
  expect([Math.round(seconds ?? 0), owner]).toEqual([4, 'database']);
  expect(await toldAtStart('a clock is apart from ours')).toMatchObject({ level: 40, owner: 'database' });
  await looksIn('public');
  await restartApi();
  await becomes('clocks', true);
});
