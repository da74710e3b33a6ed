import type { Knex } from 'knex';
import type { Config } from '../../config';
import { type CarriedOrder, ORDER, type OrderFood, type OrderLine } from '../../workflows/food/contract';
import { LONG_AGO, unknownMeans } from '../payment/means';
import { createRecovery, kindOf, sales, unfinished } from '../recovery';

interface Row {
  id: string;
  customer: string;
  lines: OrderLine[];
  total_price: number;
  address: string;
  status: CarriedOrder['status'];
  status_text: string;
  payment_method: string;
  delivery_id: string;
}

const ORDERS = kindOf<Row>(
  {
    ...unfinished(ORDER),
    // The delivery is to be called off.
    closing: `(status = 'CANCELLED' AND payment = 'REFUNDED' AND NOT closed)`,
  },
  ({ id, customer, lines, address, status, ...row }) => {
    const order: OrderFood = {
      ...{ id, customer, lines, address },
      totalPrice: row.total_price,
      payment: unknownMeans(row.payment_method),
      statusText: row.status_text,
      deliveryId: row.delivery_id,
      answerBy: LONG_AGO,
    };
    const carried: CarriedOrder = { status, isOffered: false, steps: [], lost: true };
    return {
      workflowId: id,
      workflow: 'orderFood',
      args: [order, carried],
      customer,
      summary: `${row.total_price} KRW`,
    };
  },
);

/** The steps of the service's own recovery. */
export const recoveryOn = (db: Knex, config: Pick<Config, 'recovery'>) =>
  createRecovery(db, config, {
    kinds: [ORDERS],
    sold: sales({ of: ORDER, pending: ['ORDERED'], over: ['CANCELLED', 'REFUSED'] }),
  });
