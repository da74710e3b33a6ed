import type { Knex } from 'knex';
import { inWords } from '../invariants/law';
import { LEDGER } from '../invariants/ledger';

/** What is wrong with the payment service's ledger as it now is, in words; holds at any time, also under load. */
export const breachesOfBooks = async (db: Knex): Promise<string[]> => inWords(await LEDGER.checkOn(db));
