import type { Knex } from 'knex';
import { addHeartbeats, dropHeartbeats } from '../../../migrations/checkpoints';

export const up = (db: Knex): Promise<void> => addHeartbeats(db, 'recommendation');

export const down = (db: Knex): Promise<void> => dropHeartbeats(db, 'recommendation');
