import type { Knex } from 'knex';
import type { Config } from '../../config';
import { DELIVERY } from '../../workflows/delivery/contract';
import { createRecovery, kindOf } from '../recovery';

/** Deliveries that wait for one courier's answer. Those open to all couriers need no search. */
const SEARCHES = kindOf<{ id: string; courier: string }>(
  {
    table: DELIVERY.table,
    unfinished: `(status = 'STARTED' AND courier IS NOT NULL AND NOT accepted)`,
  },
  ({ id, courier }) => ({
    workflowId: id,
    workflow: 'findCourier',
    args: [id],
    summary: `offered to ${courier}`,
  }),
);

/** The steps of the service's own recovery. */
export const recoveryOn = (db: Knex, config: Pick<Config, 'recovery'>) =>
  createRecovery(db, config, { kinds: [SEARCHES] });
