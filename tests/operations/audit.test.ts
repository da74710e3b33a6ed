import { LISTENERS } from '../../config';
import { until } from '../../engine/wait';
import { Fleet } from '../fleet';
import { startStack, type TestStack } from '../test-stack';
import { atTheCinema, type Ids, inTheKitchen, onBikes, onCourses, onDuty, onKickboards } from './life';
import { type Plant, planted, whilePlanted } from './plant';
import { IN_THE_BILLS, UNPAID } from './planted-in-the-bills';
import { IN_THE_BOOKS } from './planted-in-the-books';
import { IN_THE_COURSES } from './planted-in-the-courses';
import { IN_THE_LEDGER, IN_THE_POINTS } from './planted-in-the-deposits';
import { IN_THE_KITCHEN, STUCK } from './planted-in-the-kitchen';
import { IN_THE_STREET } from './planted-in-the-street';
import { IN_THE_EVENTS, IN_THE_INBOX, IN_THE_PAGES } from './planted-in-the-telling';

let stack: TestStack;
let ids: Ids;
beforeAll(async () => {
  stack = await startStack({ listeners: LISTENERS });
  const fleet = await Fleet.open(stack);
  const rider = await stack.signIn();
  const lives = [
    atTheCinema(stack),
    onKickboards(fleet, rider).then(async (first) => ({ ...first, ...(await onBikes(fleet, rider)) })),
    onDuty(fleet),
    inTheKitchen(stack),
    onCourses(stack),
  ];
  ids = Object.assign({}, ...(await Promise.all(lives))) as Ids;
});
afterAll(() => stack.stop());

const audit = () => stack.run('operations/audit.ts', ['--at-rest']);

/** Plants these, looks, and mends them. @returns the lines that name breaches, and by which names they were to be named */
async function found(plants: Record<string, Plant>): Promise<{ lines: string[]; names: string[] }> {
  const here = Object.values(plants).map((plant) => planted(plant, ids));
  const { code, output } = await whilePlanted(stack, here, audit);
  expect([code, output]).toEqual([1, expect.stringContaining('BREACH')]);
  const lines = output.split('\n').filter((line) => line.startsWith(' '.repeat(10)));
  return { lines, names: here.flatMap(({ named }) => named) };
}

const named = (lines: readonly string[], names: readonly string[]) =>
  names.filter((name) => lines.some((line) => line.includes(name)));

test('a system that has only done as it should holds', async () => {
  const { code, output } = await audit();
  expect(output).toMatch(/^\d+ hold, 0 broken$/m);
  expect(code).toBe(0);
});

test.each(IN_THE_BOOKS.map((plants) => [Object.keys(plants).join('; '), plants] as const))(
  '%s: found, and named',
  async (_, plants) => {
    const { lines, names } = await found(plants);
    expect(named(lines, names)).toEqual(names);
  },
);

test.each(
  [
    IN_THE_STREET,
    IN_THE_KITCHEN,
    IN_THE_BILLS,
    UNPAID,
    IN_THE_LEDGER,
    IN_THE_POINTS,
    IN_THE_COURSES,
    IN_THE_EVENTS,
    IN_THE_PAGES,
    IN_THE_INBOX,
  ].map((plants) => [Object.keys(plants).join('; '), plants] as const),
)('%s: found, named, and nothing else', async (_, plants) => {
  const { lines, names } = await found(plants);
  expect(named(lines, names)).toEqual(names);
  expect(lines.filter((line) => !names.some((name) => line.includes(name)))).toEqual([]);
});

test('nothing of what was planted is left', async () => {
  expect((await audit()).code).toBe(0);
});

test('a workflow that fails its tasks excuses nothing: it is stuck', async () => {
  stack.quiet = true;
  const stuck = planted(STUCK, ids);
  const { workflow } = await stack.temporal;
  const handle = await workflow.start('noSuchWorkflow', { workflowId: 'ord_stuck', taskQueue: 'food' });
  const triesOf = async () => (await handle.describe()).raw.pendingWorkflowTask?.attempt ?? 0;
  expect(await until(async () => (await triesOf()) > 3, { withinMs: 60_000 })).toBe(true);
  const { code, output } = await whilePlanted(stack, [stuck], audit);
  await handle.terminate();
  expect(code).toBe(1);
  const lines = output.split('\n');
  for (const name of stuck.named) expect(lines.map((line) => line.trim())).toContain(name);
}, 90_000);

/** From now on the database refuses these. @param when a condition on the row */
async function refuse(operation: 'INSERT' | 'UPDATE', table: string, when: string): Promise<void> {
  await stack.db.raw(`
    CREATE OR REPLACE FUNCTION not_now() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
    CREATE TRIGGER not_now_${operation} BEFORE ${operation} ON ${table} FOR EACH ROW
      WHEN (${when}) EXECUTE FUNCTION not_now()`);
}

test('what a workflow is just at is no breach: a bill to be opened, one to be closed, points to be given back', async () => {
  stack.quiet = true;
  const fleet = await Fleet.open(stack);
  const [unbilled, paid, manager] = [
    await stack.signIn(),
    await stack.signIn(),
    await stack.signIn({ roles: ['manager'] }),
  ];
  await fleet.topUp(paid, 1_000);
  await fleet.admin.post('/v1/managers', { user: manager.user, points: 10 });
  await refuse('INSERT', 'billing.bills', `NEW.customer = '${unbilled.user}'`);
  await refuse('UPDATE', 'billing.bills', `NEW.customer = '${paid.user}' AND NEW.status = 'CLOSED'`);
  await refuse('INSERT', 'payment.conversions', `NEW.customer = '${manager.user}'`);

  for (const customer of [unbilled, paid]) {
    const rental = await fleet.rent(customer, await fleet.bike());
    expect((await customer.post(`/v1/rentals/${rental}/return`, { location: '판교' })).status).toBe(200);
  }
  expect((await manager.post('/v1/managers/me/conversions', { points: 10 })).status).toBeGreaterThan(499);
  const atIt = async () => {
    const { rows } = await stack.db.raw<{ rows: [Record<string, boolean>] }>(
      `SELECT EXISTS (SELECT FROM bike.conversions WHERE manager = :manager AND status = 'TAKEN') AS taken,
         EXISTS (SELECT FROM payment.transfers WHERE kind = 'BILL' AND from_account = 'deposit:' || :paid) AS charged,
         NOT EXISTS (SELECT FROM billing.bills WHERE customer IN (:paid, :unbilled) AND status = 'CLOSED') AS open`,
      { manager: manager.user, paid: paid.user, unbilled: unbilled.user },
    );
    return Object.values(rows[0]).every(Boolean);
  };
  expect(await until(atIt, { withinMs: 10_000, everyMs: 50 })).toBe(true);
  const { code, output } = await audit();
  expect([code, output]).toEqual([0, expect.stringMatching(/ 0 broken$/)]);
});
