import { pause } from '../../engine/wait';
import { type Answer, bodyOf, type TestClient } from '../test-client';
import { Fleet } from '../fleet';
import { atOnce } from './gate';
import { FLEET, startStack, type TestStack } from '../test-stack';

let stack: TestStack;
let fleet: Fleet;
beforeAll(async () => {
  stack = await startStack({
    only: FLEET,
    apart: ['payment'],
    env: { REPORT_POINTS_PER_DAY: '1000' },
    wideLimits: 'of 100 customers at once some would wait longer than an answer may take',
  });
  fleet = await Fleet.open(stack);
});
// The controls break laws.
afterAll(() => stack.stop({ lawful: false }));

const crowd = (size: number) => Promise.all(Array.from({ length: size }, () => stack.signIn()));
const times = <T>(n: number, make: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => make(i)));

const outcomeOf = ({ status, body }: Answer) => (status < 300 ? `${status}` : `${status} ${body.code}`);

function counted(answers: Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of answers.map(outcomeOf)) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

async function raceForABike(customers: TestClient[]): Promise<Record<string, number>> {
  const bikeId = await fleet.bike();
  return counted(
    await atOnce(stack, 'bike.bikes', () =>
      customers.map((customer) => customer.post('/v1/rentals', { bikeId })),
    ),
  );
}

/** A pass of each of them, bought a few at a time: a payment may take 600 ms. */
async function passesOf(customers: TestClient[]): Promise<string[]> {
  const passes: string[] = [];
  for (let i = 0; i < customers.length; i += 10)
    passes.push(...(await Promise.all(customers.slice(i, i + 10).map((customer) => fleet.pass(customer)))));
  return passes;
}

async function raceForAKickboard(customers: TestClient[]): Promise<Record<string, number>> {
  const [kickboardId, passes] = await Promise.all([fleet.kickboard(), passesOf(customers)]);
  const ride = (customer: TestClient, i: number) =>
    customer.post('/v1/rides', { kickboardId, passId: passes[i] });
  return counted(await atOnce(stack, 'kickboard.kickboards', () => customers.map(ride)));
}

/** Two kickboards on one pass for two rides. */
async function raceOnAPass(): Promise<Record<string, number>> {
  const minji = await stack.signIn();
  const [passId, ...kickboards] = await Promise.all([
    fleet.pass(minji, '2'),
    fleet.kickboard(),
    fleet.kickboard(),
  ]);
  const ride = (kickboardId: string) => minji.post('/v1/rides', { kickboardId, passId });
  return counted(await atOnce(stack, 'kickboard.kickboards', () => kickboards.map(ride)));
}

const pointsOf = async (manager: TestClient): Promise<number> =>
  (await manager.get('/v1/managers/me')).body.points;
const convert = (manager: TestClient) => manager.post('/v1/managers/me/conversions', { points: 1_000 });

const depositOf = async ({ user }: TestClient): Promise<number> =>
  (await (await stack.signIn({ user })).get('/v1/deposits/me')).body.balance;

test('of 100 customers at one bike one gets it', async () => {
  expect(await raceForABike(await crowd(100))).toEqual({ '201': 1, '409 bike-unavailable': 99 });
});

test('of 100 customers at one kickboard one gets it, and no pass of the others has lost a ride', async () => {
  const customers = await crowd(100);
  expect(await raceForAKickboard(customers)).toEqual({ '201': 1, '409 kickboard-unavailable': 99 });
  const left = await stack
    .db('kickboard.passes')
    .whereIn(
      'customer',
      customers.map(({ user }) => user),
    )
    .groupBy('rides_left', 'status')
    .orderBy('rides_left')
    .select('rides_left', 'status')
    .count({ passes: '*' });
  expect(left).toEqual([
    { rides_left: 0, status: 'USED', passes: 1 },
    { rides_left: 1, status: 'AVAILABLE', passes: 99 },
  ]);
});

test('of two kickboards at once on one pass for two rides one is ridden', async () => {
  expect(await raceOnAPass()).toEqual({ '201': 1, '409 pass-not-available': 1 });
});

test('a kickboard that is deleted and ridden at once is one or the other', async () => {
  // As many at once as the API has connections for: each deletion holds one at the gate.
  const [waves, pairs] = [3, 8];
  const customers = await crowd(waves * pairs);
  const passes = await passesOf(customers);
  const won = { deleted: 0, ridden: 0 };
  for (let wave = 0; wave < waves; wave++) {
    const kickboards = await times(pairs, () => fleet.kickboard());
    const answers = await atOnce(stack, 'kickboard.kickboards', () =>
      kickboards.map(async (kickboardId, pair) => {
        const i = wave * pairs + pair;
        const riding = customers[i]!.post('/v1/rides', { kickboardId, passId: passes[i] });
        // A deletion takes the shorter way to the gate.
        if (wave > 0) await pause(300);
        const deleting = fleet.admin.call('DELETE', `/v1/kickboards/${kickboardId}`);
        return [await deleting, await riding];
      }),
    );
    for (const pair of answers) {
      const outcomes = pair.map(outcomeOf).join(', ');
      // A ride may meet the deletion, come after it, or come first.
      expect([
        '204, 409 kickboard-unavailable',
        '204, 422 unknown-kickboard',
        '409 kickboard-rented, 201',
      ]).toContain(outcomes);
      won[outcomes.startsWith('204') ? 'deleted' : 'ridden']++;
    }
  }
  process.stderr.write(`deleted and ridden at once: ${JSON.stringify(won)}\n`);
});

test('of 8 bikes that a customer rents at once they get five', async () => {
  const [customer, ...bikes] = [await stack.signIn(), ...(await times(8, () => fleet.bike()))];
  const rents = await atOnce(stack, 'bike.bikes', () =>
    bikes.map((bikeId) => customer.post('/v1/rentals', { bikeId })),
  );
  expect(counted(rents)).toEqual({ '201': 5, '409 too-many-bikes': 3 });
});

test('of 8 reports at once as many earn points as the day has left', async () => {
  const [manager, bike] = [await fleet.manager(), await fleet.bike()];
  const reports = await atOnce(stack, 'bike.bikes', () =>
    Array.from({ length: 8 }, () => fleet.report(manager, bike, true)),
  );
  const earned = reports.map((report) => bodyOf(report, 201).pointsEarned as number);
  expect(earned.sort((a, b) => a - b)).toEqual([0, 0, 0, 0, 0, 0, 500, 500]);
});

test("of 50 conversions at once of a manager's last 1,000 points one succeeds", async () => {
  const manager = await fleet.manager(1_000);
  const answers = await atOnce(stack, 'bike.managers', () =>
    Array.from({ length: 50 }, () => convert(manager)),
  );
  expect(counted(answers)).toEqual({ '201': 1, '409 not-enough-points': 49 });
  expect([await pointsOf(manager), await depositOf(manager)]).toEqual([0, 1_000]);
});

test('of two who bring a kickboard back at once one is told that it is back already', async () => {
  const customers = await crowd(10);
  const passes = await passesOf(customers);
  const rides = await Promise.all(
    customers.map(async (customer, i) => fleet.ride(customer, await fleet.kickboard(), passes[i]!)),
  );
  const returns = (ride: string, i: number) =>
    Promise.all([customers[i]!, fleet.admin].map((who) => fleet.bringBack(who, ride)));
  for (const pair of await Promise.all(rides.map(returns)))
    expect(pair.map(outcomeOf).sort()).toEqual(['200', '409 already-returned']);
});

test('a bike that is reported and returned at once ends as the report says', async () => {
  const pairs = await times(12, async (i) => {
    const [manager, customer, bike] = await Promise.all([fleet.manager(), stack.signIn(), fleet.bike()]);
    const rental = await fleet.rent(customer, bike);
    // What was said before counts no more.
    if (i % 2) await fleet.report(manager, bike, false);
    return { manager, customer, bike, rental, usable: i % 2 === 1 };
  });
  const answers = await atOnce(stack, 'bike.bikes', () =>
    pairs.map(async ({ manager, customer, bike, rental, usable }, i) => {
      const report = () => fleet.report(manager, bike, usable);
      const bringBack = () => fleet.bringBack(customer, rental);
      const asks = i % 4 < 2 ? [report, bringBack] : [bringBack, report];
      return Promise.all(asks.map((ask) => ask()));
    }),
  );
  expect(new Set(answers.flat().map(outcomeOf))).toEqual(new Set(['200', '201']));
  for (const { bike, usable } of pairs)
    expect(await fleet.statusOf(bike)).toBe(usable ? 'AVAILABLE' : 'BROKEN');
});

test('after all these races every law holds', async () => {
  expect(await stack.breaches()).toEqual([]);
});

describe('controls: without what the database refuses by', () => {
  test('the bike goes to more than one', async () => {
    await stack.db.raw('DROP INDEX bike.one_open_rental_per_bike');
    expect((await raceForABike(await crowd(20)))['201']).toBeGreaterThan(1);
  });

  test('the kickboard goes to more than one', async () => {
    await stack.db.raw('DROP INDEX kickboard.one_open_ride_per_kickboard');
    expect((await raceForAKickboard(await crowd(10)))['201']).toBeGreaterThan(1);
  });

  test('two kickboards are ridden on one pass', async () => {
    await stack.db.raw('DROP INDEX kickboard.one_open_ride_per_pass');
    expect(await raceOnAPass()).toEqual({ '201': 2 });
  });

  test('the same points become money more than once', async () => {
    // The statement of points has a check of its own.
    await stack.db.raw(`
      ALTER TABLE bike.managers DROP CONSTRAINT never_below_zero;
      ALTER TABLE bike.point_entries DROP CONSTRAINT point_entries_balance_check`);
    const manager = await fleet.manager(1_000);
    const answers = await atOnce(stack, 'bike.managers', () =>
      Array.from({ length: 20 }, () => convert(manager)),
    );
    expect(counted(answers)['201']).toBeGreaterThan(1);
    expect(await pointsOf(manager)).toBeLessThan(0);
  });
});
