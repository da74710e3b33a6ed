import { chargeKey } from '../../../activities/payment/keys';
import { bankOn, breachesOf, columnOf, type Kind, movedBy, toldOf } from './kind';

interface Law {
  /** By how it is paid: what the bank says, and what our books say. */
  card: RegExp;
  deposit: RegExp;
  payment: RegExp;
  delivery: RegExp;
  told: RegExp;
  workflow: 'RUNNING' | 'COMPLETED';
}

const PAID = {
  card: /^capture: provider revenue$/,
  deposit: /^: deposit revenue$/,
  payment: /^CAPTURED$/,
};
const LAWS: Partial<Record<string, Law>> = {
  DELIVERING: { ...PAID, delivery: /^STARTED$/, told: /^ordered,paid,delivering$/, workflow: 'RUNNING' },
  DELIVERED: {
    ...PAID,
    delivery: /^COMPLETED$/,
    told: /^ordered,paid,delivering,delivered$/,
    workflow: 'COMPLETED',
  },
  CANCELLED: {
    card: /^(: |capture,refund: provider revenue,refunds provider)$/,
    deposit: /^: (deposit revenue,refunds deposit)?$/,
    payment: /^(PENDING|DECLINED|REFUNDED)$/,
    delivery: /^(none|CANCELLED)$/,
    told: /^ordered(,paid(,delivering)?)?,cancelled$/,
    workflow: 'COMPLETED',
  },
  REFUSED: {
    card: /^: $/,
    deposit: /^: $/,
    payment: /^PENDING$/,
    delivery: /^none$/,
    told: /^$/,
    workflow: 'COMPLETED',
  },
};

interface Order {
  status: string;
  payment: string;
  payment_id: string | null;
  payment_method: 'card' | 'deposit';
  delivery_id: string;
}

/** An order of food with its delivery. */
export const ORDER: Kind = {
  statusOf: (stage, id) => columnOf(stage, 'food.orders', id),
  waits: async ({ db }, id, cancelled) => {
    const order = db('food.orders').where({ id, status: 'DELIVERING' }).first<object | undefined>();
    return !cancelled && (await order) !== undefined;
  },
  breaches: async (stage, id, workflow) => {
    const { db } = stage;
    const order = await db('food.orders').where({ id }).first<Order | undefined>();
    const law = order && LAWS[order.status];
    if (!law) return [`${order?.status ?? 'none'} is no end`];
    const [charge, delivery = 'none', bank, moved, told] = await Promise.all([
      db('payment.charges')
        .where({ key: chargeKey(id) })
        .first<{ id: string; state: string } | undefined>('id', 'state'),
      columnOf(stage, 'delivery.deliveries', order.delivery_id),
      bankOn(stage, id),
      movedBy(stage, id),
      toldOf(stage, 'food.outbox', id),
    ]);
    const { found, must } = breachesOf(order.status);
    must(law[order.payment_method].test(`${bank}: ${moved}`), `bank and books say: ${bank}: ${moved}`);
    must(law.payment.test(order.payment), `its payment is ${order.payment}`);
    must(order.payment_id === null || order.payment_id === charge?.id, 'another payment paid for it');
    const inDoubt = charge?.state === 'SENT' || charge?.state === 'UNKNOWN';
    must(!inDoubt, `its charge is ${charge?.state}`);
    must(law.delivery.test(delivery), `its delivery is ${delivery}`);
    must(
      order.payment !== 'REFUNDED' || delivery === 'CANCELLED',
      `its delivery is ${delivery} though it is refunded`,
    );
    must(law.told.test(told), `it was told: ${told}`);
    must(told.includes('paid') === (order.payment_id !== null), `paid by ${order.payment_id}, told: ${told}`);
    must(workflow.status === law.workflow, `its workflow is ${workflow.status}`);
    must(
      workflow.status === 'RUNNING' || workflow.result === order.status,
      `its workflow says ${String(workflow.result)}`,
    );
    return found;
  },
};
