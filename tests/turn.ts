import { Client } from 'pg';

/** What goes by moments, or measures, has the machine to itself; the rest waits more than it works, and runs two at a time. */
const ALONE =
  /\/tests\/(sagas|races|deadlines)\/|\/(crowd|vehicle-breakers|provider-down|locked-table)\.test\.ts$/;
/** Pure rules need no turn. */
const ANYTIME = /\/workflows\//;
const ANY_LOCK = 1;

let turn: Client | undefined;
beforeAll(async () => {
  const { testPath = '' } = expect.getState();
  if (ANYTIME.test(testPath)) return;
  turn = new Client({ connectionString: process.env.TEST_POSTGRES_URL ?? '' });
  await turn.connect();
  const lock = ALONE.test(testPath) ? 'pg_advisory_lock' : 'pg_advisory_lock_shared';
  await turn.query(`SELECT ${lock}($1)`, [ANY_LOCK]);
}, 300_000);
afterAll(() => turn?.end());
