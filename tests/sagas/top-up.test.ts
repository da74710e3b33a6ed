import type { TopUpStatus } from '../../workflows/payment/contract';
import { topUpFor } from './desk';
import { WAYS, type Way, whatever } from './faults';
import { Theatre } from './theatre';

/** Something else that goes wrong all the same, to bring the saga where the drill is. */
type Besides = [step: string, way: Way, refusal?: string];
/** The step that goes wrong, and how the top-up ends for each way of going wrong. */
type Row = [step: string, ends: Partial<Record<Way, End>>, refusal?: string | undefined, besides?: Besides];
type End = TopUpStatus | typeof EITHER;

/** A matter of moments: both are lawful. So it is where the saga is cancelled on its way from one step to the next. */
const EITHER = 'FAILED or CREDITED';

const CREDITED_LATE: Besides = ['creditTopUp', 'refuses', 'payment-unavailable'];

const ROWS: Row[] = [
  [
    'charge',
    {
      refuses: 'FAILED',
      fails: 'FAILED',
      losesAnswer: 'FAILED',
      // Tried again after 2 s, it stands under its key, if a busy machine gets to it within 3 s.
      hangs: EITHER,
      hangsDone: EITHER,
      cancelled: EITHER,
      cancelledDone: EITHER,
      cancelledLost: 'FAILED',
    },
    'payment-declined',
  ],
  // Hung past the time by which the customer has an answer, it is too late to be done.
  ['creditTopUp', { refuses: 'FAILED', ...whatever('CREDITED'), hangs: 'FAILED' }, 'payment-unavailable'],
  ['failTopUp', whatever('FAILED'), undefined, CREDITED_LATE],
  ['giveBack', whatever('FAILED'), undefined, CREDITED_LATE],
];

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(() => theatre.close());

const CASES = ROWS.flatMap(([step, ends, refusal, besides]) =>
  Object.entries(ends).map(([way, end]) => ({ step, refusal, besides, way: way as Way, end })),
).map((row) => ({ ...row, says: WAYS[row.way].says }));

test.concurrent.each(CASES)(
  'topping up: $step $says → $end',
  async ({ step, way, refusal, besides, end }) => {
    const order = topUpFor();
    if (besides) theatre.faults.plan(order.id, ...besides);
    theatre.faults.plan(order.id, step, way, refusal);
    const answer = await theatre.desk.topUp(order);
    const { status, breaches } = await theatre.end(order.id);
    expect(breaches).toEqual([]);
    expect(end.split(' or ')).toContain(status);
    // Nobody hears a yes of what failed; who hears a no may find nothing credited.
    if (answer === 'done') expect(status).toBe('CREDITED');
    else if (answer !== 'undecided') expect(status).toBe('FAILED');
  },
);

test('control: a top-up that failed and whose capture stayed is seen', async () => {
  const order = topUpFor();
  expect(await theatre.desk.topUp(order)).toBe('done');
  expect((await theatre.end(order.id)).breaches).toEqual([]);
  const change = (status: object) =>
    theatre.stage.db('payment.top_ups').where({ id: order.id }).update(status);
  await change({ status: 'FAILED', failure: 'conflict' });
  expect((await theatre.breachesNow(order.id)).join('; ')).toContain('FAILED, but the bank says: capture');
  await change({ status: 'CREDITED', failure: null });
});
