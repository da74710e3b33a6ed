import type { Knex } from 'knex';
import { addHeartbeats, dropHeartbeats } from '../checkpoints';

export const up = (db: Knex): Promise<void> => addHeartbeats(db, 'notification');

export const down = (db: Knex): Promise<void> => dropHeartbeats(db, 'notification');
