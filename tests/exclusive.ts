import { Client } from 'pg';

declare global {
  /** A pattern of paths, set by jest.config.js. */
  var ALONE: string;
}

/** Pure rules need no turn. */
const ANYTIME = /\/workflows\//;
const ANY_LOCK = 1;

/** What goes by moments, or measures, has the machine to itself; the rest waits more than it works. */
let turn: Client | undefined;
beforeAll(async () => {
  const { testPath = '' } = expect.getState();
  if (ANYTIME.test(testPath)) return;
  turn = new Client({ connectionString: process.env.TEST_POSTGRES_URL ?? '' });
  await turn.connect();
  const lock = new RegExp(ALONE).test(testPath) ? 'pg_advisory_lock' : 'pg_advisory_lock_shared';
  await turn.query(`SELECT ${lock}($1)`, [ANY_LOCK]);
}, 300_000);
afterAll(() => turn?.end());
