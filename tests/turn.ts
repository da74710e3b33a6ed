import { Client } from 'pg';

declare global {
  /** Patterns of paths, set by jest.config.js. */
  var ALONE: string;
  var SWEEPS: string;
}

/** Pure rules need no turn. */
const ANYTIME = /\/workflows\//;
const ANY_LOCK = 1;

/**
 * What goes by moments, or measures, has the machine to itself; the rest waits more than it works. Sweeps share it with
 * each other: they come last, and begin when all others have ended.
 */
let turn: Client | undefined;
beforeAll(async () => {
  const { testPath = '' } = expect.getState();
  if (ANYTIME.test(testPath)) return;
  turn = new Client({ connectionString: process.env.TEST_POSTGRES_URL ?? '' });
  await turn.connect();
  const sweeps = new RegExp(SWEEPS).test(testPath);
  const lock = sweeps || new RegExp(ALONE).test(testPath) ? 'pg_advisory_lock' : 'pg_advisory_lock_shared';
  await turn.query(`SELECT ${lock}($1)`, [ANY_LOCK]);
  if (sweeps) await turn.query('SELECT pg_advisory_unlock($1)', [ANY_LOCK]);
}, 300_000);
afterAll(() => turn?.end());
