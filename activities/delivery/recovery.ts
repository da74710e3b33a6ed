import { DELIVERY } from '../../workflows/delivery/contract';
import { kindOf } from '../recovery';

/** Deliveries that wait for one courier's answer. Those open to all couriers need no search. */
export const SEARCHES = kindOf<{ id: string; courier: string }>(
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
