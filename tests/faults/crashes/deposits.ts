import { typeid } from 'typeid-js';
import { until } from '../../../engine/wait';
import { undoKey } from '../../../workflows/payment/contract';
import { card } from '../../cinema';
import { created } from '../../test-client';
import { type Row, type Scenario, start, statusIn } from './scenario';

/** Whole KRW. */
const AMOUNT = 10_000;

const toppingUp = (token = 'tok_ok'): Scenario => ({
  name: `topping up, ${token}`,
  prepare: ({ customer }) =>
    Promise.resolve(() => customer.post('/v1/deposits/top-ups', { amount: AMOUNT, payment: card(token) })),
  end: async (play) => {
    const { balance } = (await play.customer.get('/v1/deposits/me')).body as { balance: number };
    return `${await statusIn('payment.top_ups')(play)}, ${balance}`;
  },
});

/** The saga that was to undo it was lost, and has come to its end since. */
const closingUndo: Scenario = {
  name: 'closing the undo of a saga that is over',
  prepare: async (play) => {
    const { stack, customer } = play;
    const id = await created(customer.post('/v1/deposits/top-ups', { amount: AMOUNT, payment: card() }));
    const { workflow } = await stack.temporal;
    const over = `WorkflowId = '${id}' AND ExecutionStatus = 'Completed'`;
    if (!(await until(async () => (await workflow.count(over)).count === 1, { withinMs: 10_000 })))
      throw new Error('the top-up is not over');
    const [entry, key] = [typeid('prk').toString(), undoKey(id, 'charge')];
    await stack.db('payment.parked').insert({
      ...{ id: entry, key, kind: 'STEP', business_id: id, workflow_id: id, amount: 0 },
      ...{ state: 'FAILING', error: 'it is not done yet' },
    });
    return async () => {
      await start(play, 'payment', 'closeUndo', entry, [key]);
      return undefined;
    };
  },
  end: async ({ stack, customer }) =>
    (
      await stack
        .db({ p: 'payment.parked' })
        .join({ t: 'payment.top_ups' }, 't.id', 'p.business_id')
        .where({ 'p.kind': 'STEP', 't.customer': customer.user })
        .pluck<string[]>('p.state')
    ).join(),
};

const CREDITED = `CREDITED, ${AMOUNT}`;
const FAILED = 'FAILED, 0';

export const DEPOSITS: Row[] = [
  ['payment', 'charge', toppingUp(), [503, FAILED], [503, FAILED]],
  ['payment', 'creditTopUp', toppingUp(), [503, FAILED], [201, CREDITED]],
  ['payment', 'failTopUp', toppingUp('tok_declined'), [503, FAILED], [402, FAILED]],
  [
    'payment',
    'undoLasts',
    { ...toppingUp('tok_declined'), fails: { failTopUp: 'refused' } },
    [503, FAILED],
    [503, FAILED],
  ],
  ['payment', 'undone', closingUndo, ['none', 'DONE'], ['none', 'DONE']],
  ['payment', 'giveBack', toppingUp('tok_error_after'), [503, FAILED], [503, FAILED]],
];
