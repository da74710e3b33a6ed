import { until } from '../../engine/wait';
import { card } from '../cinema';
import type { Answer, Customer } from '../customer';
import { Fleet } from '../fleet';
import { startSystem, type System } from '../system';
import { breachesOnceEnded } from './hires';

const DEFAULT_BREAKER = { BREAKER_CALLS: '10' };
/** As many as may open a circuit; all at once in the database. */
const CALLS = 12;

let system: System;
let fleet: Fleet;
let bikes: string[];
let minji: Customer;
/** Out before anything was slow. */
let rental: string;
beforeAll(async () => {
  system = await startSystem({ quiet: true, env: { ...DEFAULT_BREAKER, DATABASE_POOL: '20' } });
  fleet = await Fleet.open(system);
  bikes = await Promise.all(Array.from({ length: 2 * CALLS }, () => fleet.bike()));
  minji = await system.customer();
  rental = await fleet.rent(minji, await fleet.bike());
});
afterAll(() => system.stop());

/** What is asked for, how it comes to be slow, and what then must not be begun. */
interface Load {
  what: string;
  code: string;
  begun: string;
  ask: (who: Customer, i: number) => Promise<Answer>;
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
    slow: () => system.provider.faults({ latencyMs: [700, 900] }),
    heal: () => system.provider.heal(),
  },
];

/** The database takes so long over each new row of the table (milliseconds). */
function slowWrites(table: string, ms: number): Pick<Load, 'slow' | 'heal'> {
  return {
    slow: () =>
      system.db.raw(`
        CREATE FUNCTION ${table}_late() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_sleep(${ms / 1_000});
          RETURN NEW;
        END
        $$;
        CREATE TRIGGER late BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}_late()`),
    heal: () => system.db.raw(`DROP TRIGGER late ON ${table}; DROP FUNCTION ${table}_late`),
  };
}

const everyone = () => system.customer({ roles: ['customer', 'manager'] });
const statuses = (answers: Answer[]) => new Set(answers.map(({ status }) => status));
const begunBy = async ({ user }: Customer, table: string): Promise<number> =>
  (await system.db(table).where({ [table === 'bike.reports' ? 'manager' : 'customer']: user })).length;

test.each(LOADS)('$what: refused at once, and nothing is begun', async ({ what, code, begun, ask, slow }) => {
  const [first, many] = [await everyone(), await everyone()];
  await slow();
  const opening = await Promise.all(Array.from({ length: CALLS }, (_, i) => ask(first, i)));
  // A bike that was claimed late is claimed all the same; a pass that was paid late is none.
  expect(statuses(opening)).toEqual(new Set([code === 'payment-unavailable' ? 503 : 201]));
  expect(await begunBy(first, begun)).toBe(CALLS);

  const answers: Answer[] = [];
  for (let i = 0; i < 100; i++) answers.push(await ask(many, CALLS + (i % CALLS)));
  const ms = answers.map((answer) => answer.ms).sort((a, b) => a - b);
  process.stderr.write(`${what}, circuit open: p50 ${ms[49]?.toFixed(1)} ms, p99 ${ms[98]?.toFixed(1)} ms\n`);
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.code}`))).toEqual(
    new Set([`503 ${code}`]),
  );
  expect(new Set(answers.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['5']));
  expect(await begunBy(many, begun)).toBe(0);
  expect(await system.workflowsOf(many.user)).toBe(0);
});

test('a bike is brought back all the while', async () => {
  expect((await fleet.bringBack(minji, rental)).status).toBe(200);
});

test('well again, each lets one in to see, and then the rest', async () => {
  await Promise.all(LOADS.map(({ heal }) => heal()));
  await Promise.all(
    LOADS.map(async ({ ask }) => {
      const who = await everyone();
      for (let i = CALLS; i < CALLS + 4; i++) {
        // A busy machine may serve one and be too slow about it: then the circuit stays open.
        const served = async () => (await ask(who, i)).status === 201;
        expect(await until(served, { withinMs: 15_000, everyMs: 250 })).toBe(true);
      }
    }),
  );
  expect(await breachesOnceEnded(system)).toEqual([]);
});
