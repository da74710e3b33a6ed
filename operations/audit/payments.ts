import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import type { OrderPayment } from '../../workflows/food/contract';
import { batchesBy, rowsBy } from './batches';
import type { Finding } from './check';
import { chargeKeyOf, MONEY_STEPS, unparked } from './sales';
import { breachesAmong, type Suspect } from './under-way';

interface Order {
  id: string;
  payment: OrderPayment;
  payment_id: string;
}

interface Charge {
  key: string;
  id: string;
  state: string;
  amount: number;
  refunded: number;
}

/**
 * F1, F3: what an order says of its payment is so, and of the charge that was made for it. One that never was paid may
 * have a charge that was captured too late, and went back. Two databases: no join.
 */
export async function orderPaymentFinding(food: Knex, payment: Knex, temporal: Client): Promise<Finding> {
  const suspects: Suspect[] = [];
  const orders = food('food.orders').whereNotNull('payment_id').select('id', 'payment', 'payment_id');
  const charges = payment('payment.charges').select('key', 'id', 'state', 'amount', 'refunded');
  for await (const some of batchesBy<Order>('id', orders)) {
    const chargeOf = await rowsBy<Charge>('key', some.map(chargeKeyOf), charges);
    for (const order of some) {
      const { id } = order;
      const charge = chargeOf.get(chargeKeyOf(order));
      if (isSo(order, charge)) continue;
      const breach = `order ${id} says ${order.payment} by ${order.payment_id}, and ${inWords(charge)}`;
      suspects.push({ id, breach, workflow: id, during: MONEY_STEPS });
    }
  }
  return {
    holds: 'What an order says of its payment is so',
    breaches: await breachesAmong(temporal, await unparked(suspects, payment)),
  };
}

function isSo({ payment, payment_id }: Order, charge: Charge | undefined): boolean {
  if (charge?.state !== 'CAPTURED' || charge.id !== payment_id) return false;
  return charge.refunded === (payment === 'REFUNDED' ? charge.amount : 0);
}

const inWords = (charge: Charge | undefined) =>
  charge
    ? `its charge ${charge.id} is ${charge.state}, ${charge.refunded} of ${charge.amount} given back`
    : 'nothing was charged';
