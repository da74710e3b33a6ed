import { until } from '../../engine/wait';
import { card } from '../cinema';
import type { Answer, TestClient } from '../test-client';
import { Fleet } from '../fleet';
import { FLEET, startStack, type TestStack } from '../test-stack';

const DEFAULT_BREAKER = { BREAKER_CALLS: '10' };
/** As many as may open a circuit; all at once in the database. */
const CALLS = 12;

let stack: TestStack;
let fleet: Fleet;
let bikes: string[];
let minji: TestClient;
/** Out before anything was slow. */
let rental: string;
beforeAll(async () => {
  stack = await startStack({
    only: FLEET,
    quiet: true,
    env: { ...DEFAULT_BREAKER, DATABASE_POOL: '20' },
  });
  fleet = await Fleet.open(stack);
  await registerBikes();
  minji = await stack.signIn();
  rental = await fleet.rent(minji, await fleet.bike());
});
afterAll(() => stack.stop());

async function registerBikes(): Promise<void> {
  bikes = await Promise.all(Array.from({ length: 2 * CALLS }, () => fleet.bike()));
}

/** What is asked for, how it comes to be slow, and what then must not be begun. */
interface Load {
  what: string;
  code: string;
  begun: string;
  ask: (who: TestClient, i: number) => Promise<Answer>;
  slow: () => Promise<unknown>;
  heal: () => Promise<unknown>;
}

const LOADS: Load[] = [
  {
    what: 'claims of bikes take 1,500 ms',
    code: 'bike-unavailable-now',
    begun: 'bike.rentals',
    ask: (who, i) => who.post('/v1/rentals', { bikeId: bikes[i] }),
    ...slowWrites('bike.rentals', 1_500),
  },
  {
    what: 'reports on bikes take 800 ms',
    code: 'bike-unavailable-now',
    begun: 'bike.reports',
    ask: (who, i) => fleet.report(who, bikes[i]!, true),
    ...slowWrites('bike.reports', 800),
  },
  {
    what: 'payments of passes take 700 ms',
    code: 'payment-unavailable',
    begun: 'kickboard.passes',
    ask: (who) => who.post('/v1/passes', { type: '1', payment: card() }),
    slow: () => stack.provider.faults({ latencyMs: [700, 900] }),
    heal: () => stack.provider.heal(),
  },
];

/** The database takes so long over each new row of the table (milliseconds). */
function slowWrites(table: string, ms: number): Pick<Load, 'slow' | 'heal'> {
  return {
    slow: () =>
      stack.db.raw(`
        CREATE FUNCTION ${table}_late() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_sleep(${ms / 1_000});
          RETURN NEW;
        END
        $$;
        CREATE TRIGGER late BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}_late()`),
    heal: () => stack.db.raw(`DROP TRIGGER late ON ${table}; DROP FUNCTION ${table}_late`),
  };
}

/** Customer and manager. */
const somebody = () => fleet.manager(0, ['customer', 'manager']);
/** Each may have so many bikes only, and reports one after the other. */
const crowd = () => Promise.all(Array.from({ length: CALLS }, somebody));
const statuses = (answers: Answer[]) => new Set(answers.map(({ status }) => status));
const begunBy = async (who: TestClient[], table: string): Promise<number> =>
  (
    await stack.db(table).whereIn(
      table === 'bike.reports' ? 'manager' : 'customer',
      who.map(({ user }) => user),
    )
  ).length;

/** While the circuit is open; told when to come again, and with no saga begun. */
async function expectRefusedAtOnce({ what, code, begun, ask }: Load, who: TestClient): Promise<void> {
  const answers: Answer[] = [];
  for (let i = 0; i < 100; i++) answers.push(await ask(who, CALLS + (i % CALLS)));
  const ms = answers.map((answer) => answer.ms).sort((a, b) => a - b);
  process.stderr.write(`${what}, circuit open: p50 ${ms[49]?.toFixed(1)} ms, p99 ${ms[98]?.toFixed(1)} ms\n`);
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.code}`))).toEqual(
    new Set([`503 ${code}`]),
  );
  expect(new Set(answers.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['5']));
  expect(await begunBy([who], begun)).toBe(0);
  expect(await stack.workflowsOf(who.user)).toBe(0);
}

async function expectServedAgain({ ask }: Load): Promise<void> {
  const who = await somebody();
  for (let i = CALLS; i < CALLS + 4; i++) {
    // A busy machine may serve one and be too slow about it: then the circuit stays open.
    const served = async () => (await ask(who, i)).status === 201;
    expect(await until(served, { withinMs: 20_000, everyMs: 250 })).toBe(true);
  }
}

test.each(LOADS)('$what: refused at once, and nothing is begun', async (load) => {
  const first = await crowd();
  await load.slow();
  const opening = await Promise.all(first.map((who, i) => load.ask(who, i)));
  // A bike that was claimed late is claimed all the same; a pass that was paid late is none.
  expect(statuses(opening)).toEqual(new Set([load.code === 'payment-unavailable' ? 503 : 201]));
  expect(await begunBy(first, load.begun)).toBe(CALLS);
  await expectRefusedAtOnce(load, await somebody());
});

test('a bike is brought back all the while', async () => {
  expect((await fleet.bringBack(minji, rental)).status).toBe(200);
});

test('well again, each lets one in to see, and then the rest', async () => {
  await Promise.all(LOADS.map(({ heal }) => heal()));
  await Promise.all(LOADS.map((load) => expectServedAgain(load)));
});

test('no answer is too slow as well: nobody serves bikes, and then somebody does', async () => {
  const [claims] = LOADS as [Load];
  const [first, who] = await Promise.all([crowd(), somebody(), registerBikes()]);
  await stack.kill(`worker ${FLEET.join(' ')}`);
  const opening = await Promise.all(first.map((who, i) => claims.ask(who, i)));
  expect(statuses(opening)).toEqual(new Set([503]));
  expect(opening.every(({ ms }) => ms < 5_000)).toBe(true);
  await expectRefusedAtOnce({ ...claims, what: 'nobody serves bikes' }, who);

  await stack.work(FLEET);
  await expectServedAgain(claims);
  const users = first.map(({ user }) => user);
  expect(await stack.db('bike.rentals').whereIn('customer', users).whereNot({ status: 'REFUSED' })).toEqual(
    [],
  );
});
