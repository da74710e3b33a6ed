import type { Knex } from 'knex';
import { createCheckpoints, dropCheckpoints } from '../checkpoints';

/** How far each outbox has been published. */
export const up = (db: Knex): Promise<void> => createCheckpoints(db, 'relay');

export const down = (db: Knex): Promise<void> => dropCheckpoints(db, 'relay');
