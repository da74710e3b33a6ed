import { SEED } from '../extent';
import { FaultHarness } from './harness';
import * as bike from './rows/bike';
import * as booking from './rows/booking';
import * as food from './rows/food';
import * as kickboard from './rows/kickboard';
import * as operator from './rows/operator';
import * as topUp from './rows/top-up';
import { type Case, casesOf, judge, type Outcome, playAll, type Row, tableOf } from './sweep';

/** `npm run test:full` plays the same on PostgreSQL and the real server, in an order by SEED. */
const ON_POSTGRES = process.env.SAGAS_ON === 'postgres';

const ROWS = [
  ...booking.ROWS,
  ...kickboard.PASSES,
  ...kickboard.RIDES,
  ...bike.RENTALS,
  ...bike.UNPAID,
  ...bike.REPORTS,
  ...bike.CONVERSIONS,
  ...food.ROWS,
  ...topUp.ROWS,
  ...operator.DECISIONS,
  ...operator.OFFERS,
] as Row<string>[];
/** CASE='charge hangs' plays those whose name has these words. */
const CASES = casesOf(ROWS).filter(({ name }) => name.includes(process.env.CASE ?? ''));

let harness: FaultHarness;
let played: Map<Case, Promise<Outcome>>;
let laws: Map<string, string[]>;
const results = new Map<Case, string>();

beforeAll(async () => {
  harness = ON_POSTGRES ? await FaultHarness.onPostgres() : await FaultHarness.inMemory();
  // Workers load their workflows with the first of each.
  await Promise.all([harness.booked(), harness.delivering()]);
  played = await playAll(harness, ON_POSTGRES ? shuffled(CASES, SEED) : CASES);
  const outcomes = await Promise.allSettled(played.values());
  const ids = outcomes.flatMap((one) =>
    one.status === 'fulfilled' ? [one.value.id, one.value.also ?? []] : [],
  );
  laws = await harness.backend.judge(ids.flat());
  // Only now: while a saga waits for no longer than its customer does, the machine has better things to do.
  for (const one of outcomes)
    if (one.status === 'fulfilled')
      for (const [id, history] of one.value.histories)
        laws.set(id, [...(laws.get(id) ?? []), ...(await harness.replayed(id, history))]);
}, 600_000);
afterAll(async () => {
  console.log(`${ON_POSTGRES ? `on PostgreSQL, SEED=${SEED}\n` : ''}${tableOf(results)}`);
  await harness.close();
});

test.each(CASES.map((one) => [one.name, one] as const))('%s', async (_, one) => {
  results.set(one, 'FAILED TO PLAY');
  const outcome = await played.get(one);
  if (!outcome) throw new Error('not played');
  results.set(one, 'BROKEN');
  judge(
    one,
    outcome,
    [outcome.id, outcome.also ?? []].flat().flatMap((id) => laws.get(id) ?? []),
  );
  results.set(one, outcome.end.status ?? 'none');
});

/** The same order for the same seed (a linear congruential generator). */
function shuffled<T>(all: readonly T[], seed: number): T[] {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
  return all
    .map((one) => ({ one, at: next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
