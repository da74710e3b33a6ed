import type { Knex } from 'knex';
import { createEra, dropEra } from '../era';

export const up = (db: Knex): Promise<void> => createEra(db, 'food');

export const down = (db: Knex): Promise<void> => dropEra(db, 'food');
