import { WithStartWorkflowOperation } from '@temporalio/client';
import { onTemporal } from './temporal';
import type { Shop } from './shop';
import type { Variant } from './variant';
import { bareBooking, booked } from './workflows';

/** Haru's shape and server without its HTTP, ledger and events. */
export const bare = (shop: Shop): Variant => ({
  name: 'bare',
  what: "Haru's shape alone: Update-with-Start, local activities, the charge on another queue; no HTTP, ledger or events",
  start: () =>
    shop.start(async (place) => {
      const { client, ...rest } = await onTemporal('bare', place, { tuned: true });
      return {
        ...rest,
        book: (order) =>
          client.workflow.executeUpdateWithStart(booked, {
            startWorkflowOperation: new WithStartWorkflowOperation(bareBooking, {
              workflowId: order.id,
              taskQueue: 'bare',
              args: [order],
              workflowIdConflictPolicy: 'USE_EXISTING',
            }),
          }),
      };
    }),
});
