import type { Knex } from 'knex';
import { createEra, dropEra } from '../era';

export const up = (db: Knex): Promise<void> => createEra(db, 'payment');

export const down = (db: Knex): Promise<void> => dropEra(db, 'payment');
