import { chargeKey } from '../../../activities/payment/keys';
import { bankOn, breachesOf, type Kind, columnOf, movedBy, toldOf } from './kind';

interface Law {
  /** By how it was paid: what the bank says, and what our books say. */
  card: RegExp;
  deposit: RegExp;
  told: RegExp;
}

const LAWS: Partial<Record<string, Law>> = {
  AVAILABLE: {
    card: /^capture: provider revenue$/,
    deposit: /^: deposit revenue$/,
    told: /^pass-opened,pass-bought$/,
  },
  FAILED: {
    card: /^(: |capture,refund: provider revenue,refunds provider)$/,
    deposit: /^: (deposit revenue,refunds deposit)?$/,
    told: /^(pass-opened,)?pass-refused$/,
  },
};

interface Pass {
  status: string;
  rides_left: number;
  rides_total: number;
  payment_id: string | null;
  payment_method: 'card' | 'deposit';
}

/** Of a pass that has just been bought. */
export const PASS: Kind = {
  statusOf: (stage, id) => columnOf(stage, 'kickboard.passes', id),
  waits: () => Promise.resolve(false),
  breaches: async (stage, id, workflow) => {
    const { db } = stage;
    const [pass, charge, bank, moved, told] = await Promise.all([
      db('kickboard.passes').where({ id }).first<Pass | undefined>(),
      db('payment.charges')
        .where({ key: chargeKey(id) })
        .first<{ id: string } | undefined>('id'),
      bankOn(stage, id),
      movedBy(stage, id),
      toldOf(stage, 'kickboard.outbox', id),
    ]);
    const law = pass && LAWS[pass.status];
    if (!law) return [`${pass?.status ?? 'none'} is no end`];
    const { found, must } = breachesOf(pass.status);
    must(law[pass.payment_method].test(`${bank}: ${moved}`), `bank and books say: ${bank}: ${moved}`);
    must(law.told.test(told), `it was told: ${told}`);
    must(pass.rides_left === pass.rides_total, `${pass.rides_left} rides are left`);
    if (pass.status === 'AVAILABLE') must(pass.payment_id === charge?.id, 'another payment paid for it');
    must(workflow.status === 'COMPLETED', `its workflow is ${workflow.status}`);
    must(workflow.result === pass.status, `its workflow says ${String(workflow.result)}`);
    return found;
  },
};
