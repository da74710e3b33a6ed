import { Worker } from '@temporalio/worker';
import { workflowBundle } from '../../workers/bundle';
import { extent, HOURS } from '../extent';
import { Cinema, ticketIssued } from '../cinema';
import type { TestClient } from '../test-client';
import { CINEMA, startStack, type TestStack } from '../test-stack';

const PAIRS = extent(60, 10_000);
const AT_ONCE = 20;

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA });
});
afterAll(() => stack.stop());

test(
  `of ${PAIRS} pairs of cancel and collect at the same moment one of each wins`,
  async () => {
    const [minji, staff] = await Promise.all([stack.signIn(), stack.signIn({ roles: ['staff'] })]);
    const seats = Array.from(
      { length: AT_ONCE },
      (_, i) => `${Math.floor(i / 10) + 1}${'ABCDEFGHIJ'[i % 10]}`,
    );

    const outcomes: Record<string, number> = {};
    const decided: string[] = [];
    for (let i = 0; i < PAIRS; i += AT_ONCE) {
      const cinema = await Cinema.open(stack);
      const ids = await Promise.all(seats.map((seat) => cinema.booked(minji, [seat])));
      await Promise.all(ids.map((id) => ticketIssued(minji, id)));
      decided.push(...ids);
      for (const outcome of await Promise.all(ids.map((id) => decideAtOnce(id, minji, staff))))
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    process.stderr.write(`cancel against collect: ${JSON.stringify(outcomes)}\n`);

    const lawful = ['cancelled, collect refused: cancelled', 'collected, cancel refused: already-collected'];
    expect(Object.keys(outcomes).filter((outcome) => !lawful.includes(outcome))).toEqual([]);
    const { rows } = await stack.db.raw<{ rows: { status: string; count: number }[] }>(
      'SELECT status, count(*) FROM movie.bookings WHERE customer = ? GROUP BY status',
      [minji.user],
    );
    const counts = Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    expect((counts.CANCELLED ?? 0) + (counts.COLLECTED ?? 0)).toBe(PAIRS);
    expect(counts.CANCELLED ?? 0).toBe(outcomes[lawful[0] ?? ''] ?? 0);

    expect(await failedReplays(decided.slice(0, 40))).toEqual([]);
  },
  extent(180_000, HOURS),
);

/** Two who ask at the same moment must be heard in the same order when the history is told again. */
async function failedReplays(ids: string[]): Promise<string[]> {
  const { workflow } = await stack.temporal;
  async function* histories() {
    for (const id of ids) yield { workflowId: id, history: await workflow.getHandle(id).fetchHistory() };
  }
  const bundle = { codePath: await workflowBundle(process.env.TEST_HOME ?? '') };
  const failed: string[] = [];
  let replayed = 0;
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle: bundle },
    histories(),
  )) {
    replayed += 1;
    if (error) failed.push(`${workflowId}: ${error.message}`);
  }
  expect(replayed).toBe(ids.length);
  return failed;
}

/** Both at once, then what the provider, the page and the answers say, in words. */
async function decideAtOnce(id: string, customer: TestClient, staff: TestClient): Promise<string> {
  const [cancel, collect] = await Promise.all([
    customer.post(`/v1/bookings/${id}/cancel`),
    staff.post(`/v1/bookings/${id}/collect`),
  ]);
  const net = await stack.provider.netOf(id);
  const { body } = await customer.get(`/v1/bookings/${id}`);
  if (cancel.status === 200 && collect.status === 409 && body.status === 'CANCELLED' && net === 0)
    return `cancelled, collect refused: ${collect.body.code}`;
  if (collect.status === 200 && cancel.status === 409 && body.status === 'COLLECTED' && net > 0)
    return `collected, cancel refused: ${cancel.body.code}`;
  return `${cancel.status} ${cancel.body.code}, ${collect.status} ${collect.body.code}, ${body.status}, net ${net}`;
}
