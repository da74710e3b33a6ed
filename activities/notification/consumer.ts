import type { Knex } from 'knex';
import type { Consumer } from '../../events/subscription';
import { putMessage } from './repository';
import { isWorded } from './wording';

/** Customers are told of every change that concerns them (seed 003, M7). */
export const messenger = (db: Knex): Consumer => ({
  name: 'notification',
  sources: ['movie', 'payment'],
  db,
  schema: 'notification',
  take: async (tx, event) => {
    if (event.customer !== null && isWorded(event.type)) await putMessage(tx, event);
  },
});
