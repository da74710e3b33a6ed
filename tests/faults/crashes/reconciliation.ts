import { until } from '../../../engine/wait';
import { type Play, type Row, type Scenario, start } from './scenario';

/** Whole KRW. */
const AMOUNT = 700;

const businessId = ({ customer }: Play) => `bkg_${customer.user}`;
const reconcile = (play: Play) => start(play, 'payment', 'reconcile', `reconcile-${businessId(play)}`, []);

/** A capture that nobody here has asked for. */
async function capture(play: Play): Promise<void> {
  await play.stack.bank.transaction(async (tx) => {
    // As the provider does: lines are read in the order of their numbers.
    await tx.raw(`SELECT pg_advisory_xact_lock(hashtext('psp.statement'))`);
    await tx('psp.statement').insert({
      kind: 'capture',
      amount: AMOUNT,
      currency: 'KRW',
      key: `${businessId(play)}/charge`,
      charge_id: `ch_${play.customer.user}`,
      at: new Date(Date.now() - 120_000),
    });
  });
}

async function parked(play: Play): Promise<{ id: string; state: string } | undefined> {
  return play.stack
    .db('payment.parked')
    .where({ business_id: businessId(play) })
    .first<{ id: string; state: string } | undefined>('id', 'state');
}

const reconciling: Scenario = {
  name: 'reconciling',
  prepare: (play) =>
    Promise.resolve(async () => {
      await capture(play);
      await reconcile(play);
      return undefined;
    }),
  end: async (play) => {
    const workflow = (await play.stack.temporal).workflow.getHandle(`reconcile-${businessId(play)}`);
    return `${(await workflow.describe()).status.name}, ${(await parked(play))?.state}`;
  },
};

/** Of a refund that this provider does not know. */
const noticing: Scenario = {
  name: 'following a notice',
  prepare: (play) =>
    Promise.resolve(async () => {
      const notice = { of: 'refund', id: `re_${play.customer.user}` };
      await start(play, 'payment', 'followNotice', `stripe-${businessId(play)}`, [notice]);
      return undefined;
    }),
  end: async (play) => {
    const workflow = (await play.stack.temporal).workflow.getHandle(`stripe-${businessId(play)}`);
    return (await workflow.describe()).status.name;
  },
};

const deciding: Scenario = {
  name: 'writing a difference off',
  prepare: async (play) => {
    await capture(play);
    await reconcile(play);
    const found = async () => (await parked(play)) !== undefined;
    if (!(await until(found, { withinMs: 10_000 }))) throw new Error('the difference is not reported');
    const { id } = (await parked(play))!;
    return () => play.admin.post(`/v1/operations/parked/${id}/write-off`, { reason: 'nobody knows it' });
  },
  end: async (play) => `${(await parked(play))?.state}`,
};

const REPORTED: Row[3] = ['none', 'COMPLETED, NEEDS_OPERATOR'];

export const RECONCILIATION: Row[] = [
  ['payment', 'readStatement', reconciling, REPORTED, REPORTED],
  ['payment', 'compareBooks', reconciling, REPORTED, REPORTED],
  ['payment', 'checkDifference', reconciling, REPORTED, REPORTED],
  ['payment', 'checkNotice', noticing, ['none', 'COMPLETED'], ['none', 'COMPLETED']],
  // A known gap: where it was carried out and the answer lost, the operator is told 503 all the same.
  ['payment', 'decide', deciding, [503, 'NEEDS_OPERATOR'], [503, 'WRITTEN_OFF']],
];
