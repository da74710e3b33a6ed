import { configFrom, LISTENERS } from '../../config';
import { until } from '../../engine/wait';
import { allLaws, findings, lastingFindings } from '../../invariants';
import { type Finding, inWords } from '../../invariants/law';
import { World } from '../../invariants/world';
import { Fleet } from '../fleet';
import { startStack, type TestStack } from '../test-stack';
import { BREACHES } from './breaches';
import { type Change, copy, filled, type Ids, namesIn, set, type Undo } from './change';
import { liveAll } from './lives';

interface Planted {
  law: string;
  title: string;
  names: string;
  change: Change;
}
const ALL: readonly Planted[] = Object.entries(BREACHES).flatMap(([law, breaches]) =>
  Object.entries(breaches).map(([title, [names, change]]) => ({ law, title, names, change })),
);

let stack: TestStack;
let world: World;
let ids: Ids;
beforeAll(async () => {
  stack = await startStack({ listeners: LISTENERS });
  world = await World.open(configFrom(stack.env));
  ids = { provider: 'provider', ...(await liveAll(stack)) };
}, 120_000);
afterAll(async () => {
  await world.close();
  await stack.stop();
});

const audit = () => stack.run('operations/audit.ts', ['--at-rest']);

/** Those that are about different things together: none hides another. */
function inGroups(all: readonly Planted[]): Planted[][] {
  const groups: { things: Set<string>; planted: Planted[] }[] = [];
  for (const planted of all) {
    const things = namesIn(planted.names + planted.change.words, ids);
    let group = groups.find((other) => things.every((thing) => !other.things.has(thing)));
    if (!group) groups.push((group = { things: new Set(), planted: [] }));
    group.planted.push(planted);
    for (const thing of things) group.things.add(thing);
  }
  return groups.map(({ planted }) => planted);
}

/** Makes these changes, looks, and undoes them, the last one first. */
async function foundWith(changes: readonly Change[]): Promise<Finding[]> {
  const undos: Undo[] = [];
  try {
    for (const change of changes) undos.unshift(await change.make(stack, ids));
    return await findings(world);
  } finally {
    for (const undo of undos) await undo();
  }
}

test('each law has a breach that it must catch', async () => {
  const laws = (await allLaws()).map(({ id }) => id);
  expect(laws.filter((id, n) => laws.indexOf(id) !== n)).toEqual([]);
  expect(Object.keys(BREACHES).sort()).toEqual([...laws].sort());
});

test('all laws hold over what has only done as it should', async () => {
  expect(await stack.breaches()).toEqual([]);
  expect(await audit()).toEqual({
    code: 0,
    output: expect.stringMatching(/^\d+ hold, 0 broken$/m) as string,
  });
});

test('a workflow whose history expires between two looks breaks no law', async () => {
  const listed = world.temporal.workflow.list.bind(world.temporal.workflow);
  const expired = async function* () {
    yield* listed();
    yield { workflowId: 'bkg_expired', status: { name: 'COMPLETED' }, startTime: new Date() };
  };
  const list = jest
    .spyOn(world.temporal.workflow, 'list')
    .mockImplementation(expired as unknown as typeof listed);
  const found = await findings(world);
  list.mockRestore();
  expect(inWords(found)).toEqual([]);
});

test('each planted breach is caught by its law, which names it', async () => {
  const missed: string[] = [];
  for (const group of inGroups(ALL)) {
    const found = await foundWith(group.map(({ change }) => change));
    for (const { law, title, names } of group) {
      const name = filled(names, ids);
      const { breaches = [] } = found.find(({ id }) => id === law) ?? {};
      if (!breaches.some(({ id, breach }) => id === name || breach.includes(name)))
        missed.push(`${law}: ${title} (${name}), found: ${breaches.map(({ breach }) => breach).join('; ')}`);
    }
  }
  expect(missed).toEqual([]);
  expect(inWords(await findings(world))).toEqual([]);
  const rows = ALL.map(({ law, title }) => `  ${law.padEnd(26)}${title}`);
  process.stderr.write(`Each law, and what it catches:\n${rows.join('\n')}\n`);
});

const BOOKED = { id: ':booking' };

test('the audit prints a breach, and ends with 1', async () => {
  const undo = await set('movie.seat_claims', { booking_id: ':booking' }, { status: 'FREED' }).make(
    stack,
    ids,
  );
  const { code, output } = await audit();
  await undo();
  expect([code, output]).toEqual([
    1,
    expect.stringContaining(`booking ${ids.booking} is BOOKED, and its seats are FREED`),
  ]);
  expect(output).toMatch(/^\d+ hold, 1 broken$/m);
});

test('what is gone at the second look is no lasting breach', async () => {
  const undo = await set('movie.bookings', BOOKED, { payment_id: 'pay_other' }).make(stack, ids);
  expect(inWords(await findings(world))).not.toEqual([]);
  expect(inWords(await lastingFindings(world, 3, undo))).toEqual([]);
});

test('a workflow that fails its tasks excuses nothing', async () => {
  stack.quiet = true;
  const { workflow } = await stack.temporal;
  const stuck = { id: 'ord_stuck', delivery_id: 'dlv_stuck', status: 'PAID' };
  const handle = await workflow.start('noSuchWorkflow', {
    workflowId: stuck.id,
    taskQueue: 'food',
    // After the first failure the worker lets the task run into its timeout.
    workflowTaskTimeout: 1_000,
  });
  const triesOf = async () => (await handle.describe()).raw.pendingWorkflowTask?.attempt ?? 0;
  expect(await until(async () => (await triesOf()) > 3, { withinMs: 60_000 })).toBe(true);
  const found = inWords(await foundWith([copy('food.orders', { id: ':order' }, stuck)]));
  await handle.terminate();
  expect(found).toEqual(
    expect.arrayContaining([
      'order-paid: order ord_stuck is PAID over 4000, and 0 is kept: its workflow is stuck',
      expect.stringMatching(/^workflow-tasks: ord_stuck has failed its task \d+ times$/),
    ]),
  );
}, 90_000);

/** From now on the database refuses these. @param when a condition on the row */
async function refuse(operation: 'INSERT' | 'UPDATE', table: string, when: string): Promise<void> {
  await stack.db.raw(`
    CREATE OR REPLACE FUNCTION not_now() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
    CREATE TRIGGER not_now_${operation} BEFORE ${operation} ON ${table} FOR EACH ROW
      WHEN (${when}) EXECUTE FUNCTION not_now()`);
}

test('what a workflow works on is no breach: a bill to open, one to close, points to give back', async () => {
  stack.quiet = true;
  const fleet = await Fleet.open(stack);
  const [unbilled, paid, manager] = [await stack.signIn(), await stack.signIn(), await fleet.manager(10)];
  await fleet.topUp(paid, 1_000);
  await refuse('INSERT', 'billing.bills', `NEW.customer = '${unbilled.user}'`);
  await refuse('UPDATE', 'billing.bills', `NEW.customer = '${paid.user}' AND NEW.status = 'CLOSED'`);
  await refuse('INSERT', 'payment.conversions', `NEW.customer = '${manager.user}'`);

  for (const customer of [unbilled, paid]) {
    const rental = await fleet.rent(customer, await fleet.bike());
    expect((await fleet.bringBack(customer, rental)).status).toBe(200);
  }
  expect((await manager.post('/v1/managers/me/conversions', { points: 10 })).status).toBeGreaterThan(499);
  const atWork = async () => {
    const { rows } = await stack.db.raw<{ rows: [Record<string, boolean>] }>(
      `SELECT EXISTS (SELECT FROM bike.conversions WHERE manager = :manager AND status = 'TAKEN') AS taken,
         EXISTS (SELECT FROM payment.transfers WHERE kind = 'BILL' AND from_account = 'deposit:' || :paid) AS charged,
         NOT EXISTS (SELECT FROM billing.bills WHERE customer IN (:paid, :unbilled) AND status = 'CLOSED') AS open`,
      { manager: manager.user, paid: paid.user, unbilled: unbilled.user },
    );
    return Object.values(rows[0]).every(Boolean);
  };
  expect(await until(atWork, { withinMs: 10_000, everyMs: 50 })).toBe(true);
  expect(inWords(await findings(world))).toEqual([]);
  expect(await atWork()).toBe(true);
  await stack.db.raw('DROP FUNCTION not_now CASCADE');
});
