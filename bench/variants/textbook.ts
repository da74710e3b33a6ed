import { onTemporal } from './temporal';
import type { Shop } from './shop';
import type { Variant } from './variant';
import { textbookBooking } from './workflows';

/** What Temporal's first pages show, on the server as it comes. */
export const textbook = (shop: Shop): Variant => ({
  name: 'textbook',
  what: "Temporal's textbook: three regular activities, one start and one result, default server",
  start: () =>
    shop.start(async (place) => {
      const { client, ...rest } = await onTemporal('textbook', place, { tuned: false });
      return {
        ...rest,
        book: async (order) => {
          await client.workflow.execute(textbookBooking, {
            workflowId: order.id,
            taskQueue: 'textbook',
            args: [order],
          });
        },
      };
    }),
});
