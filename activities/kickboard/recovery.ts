import type { Knex } from 'knex';
import type { Config } from '../../config';
import { type BuyPass, PASS, RIDE, type RideKickboard } from '../../workflows/kickboard/contract';
import { LONG_AGO, unknownMeans } from '../payment/means';
import { createRecovery, kindOf, sales, unfinished } from '../recovery';

interface PassRow {
  id: string;
  customer: string;
  type: string;
  price: number;
  rides_total: number;
  payment_method: string;
}

/** What was undecided is undone: for what has not happened yet it is too late. */
const PASSES = kindOf<PassRow>(
  unfinished(PASS),
  ({ id, customer, type, price, rides_total: rides, payment_method }) => {
    const payment = unknownMeans(payment_method);
    const order: BuyPass = { id, customer, type, price, rides, payment, answerBy: LONG_AGO };
    return { workflowId: id, workflow: 'buyPass', args: [order], customer, summary: `${price} KRW` };
  },
);

interface RideRow {
  id: string;
  customer: string;
  kickboard_id: string;
  pass_id: string;
  minutes: number;
}

/** The claim finds that it was made. */
const RIDES = kindOf<RideRow>(
  unfinished(RIDE),
  ({ id, customer, kickboard_id: kickboardId, pass_id: passId, minutes }) => {
    const order: RideKickboard = { id, customer, kickboardId, passId, minutes, answerBy: LONG_AGO };
    return { workflowId: id, workflow: 'rideKickboard', args: [order], customer, summary: kickboardId };
  },
);

/** The steps of the service's own recovery. */
export const recoveryOn = (db: Knex, config: Pick<Config, 'recovery'>) =>
  createRecovery(db, config, {
    kinds: [PASSES, RIDES],
    sold: sales({ of: PASS, pending: ['READY_FOR_PAY'], over: ['FAILED'] }),
  });
