import { kindOf } from '../recovery';

/** Offered to a courier, who may never answer. What is open to everyone needs nobody who searches. */
export const SEARCHES = kindOf<{ id: string; courier: string }>(
  {
    table: 'delivery.deliveries',
    unfinished: `(status = 'STARTED' AND courier IS NOT NULL AND NOT accepted)`,
  },
  ({ id, courier }) => ({
    workflowId: id,
    workflow: 'findCourier',
    args: [id],
    summary: `offered to ${courier}`,
  }),
);
