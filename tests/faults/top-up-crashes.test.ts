import { until } from '../../engine/wait';
import { card } from '../cinema';
import { startSystem, type System } from '../system';

const AMOUNT = 10_000;

/** The step before or after which the payment worker dies, and what becomes of the top-up. */
const CRASHES = [
  { when: 'before', step: 'charge', ends: 'FAILED' },
  { when: 'after', step: 'charge', ends: 'FAILED' },
  { when: 'before', step: 'creditTopUp', ends: 'FAILED' },
  { when: 'after', step: 'creditTopUp', ends: 'CREDITED' },
  { when: 'after', step: 'failTopUp', token: 'tok_declined', ends: 'FAILED' },
  { when: 'after', step: 'giveBack', token: 'tok_error_after', ends: 'FAILED' },
];

let system: System;
beforeAll(async () => {
  system = await startSystem({ apart: true, quiet: true });
});
afterAll(() => system.stop());

test.each(CRASHES)(
  'kill -9 of the payment worker $when $step: $ends, and the money is there once',
  async (crash) => {
    const { when, step, ends, token } = crash;
    const customer = await system.customer();
    await system.kill('worker payment');
    await system.work(['payment'], `${when}:${step} of ${customer.user}`);
    const asked = customer.post('/v1/deposits/top-ups', { amount: AMOUNT, payment: card(token) });
    expect(await system.died('worker payment', 20_000)).toBe(true);
    await system.work(['payment']);
    const { status } = await asked;

    // The engine gives a dead worker's task to another one after 10 s.
    const { workflow } = await system.temporal;
    const open = async () => {
      const { count } = await workflow.count(
        `HaruCustomer = '${customer.user}' AND ExecutionStatus = 'Running'`,
      );
      return count > 0;
    };
    expect(await until(async () => !(await open()), { withinMs: 40_000, everyMs: 250 })).toBe(true);
    const rows = await system.db('payment.top_ups').where({ customer: customer.user }).select('id', 'status');
    const kept = ends === 'CREDITED' ? AMOUNT : 0;
    expect(rows).toEqual([{ id: expect.any(String) as string, status: ends }]);
    expect(status === 201).toBe(ends === 'CREDITED');
    expect((await customer.get('/v1/deposits/me')).body).toEqual({ balance: kept });
    expect(await system.provider.netOf((rows[0] as { id: string }).id)).toBe(kept);
  },
  90_000,
);
