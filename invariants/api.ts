import { rowsBy } from './batches';
import { type Breach, lawOf } from './law';
import { TABLES } from './tables';

/** api.md "Idempotency": the first answer is kept for a day. */
export const ANSWERS = lawOf(
  {
    id: 'answered-exists',
    holds: 'What was answered with 201 under an idempotency key exists',
    rule: 8,
    place: 'api',
  },
  async ({ databases }) => {
    const answered = await databases
      .api('api.idempotency')
      .whereRaw(`answer ->> 'status' = '201'`)
      .pluck<string[]>('thing_id');
    const found: Breach[] = [];
    for (const [prefix, [domain, table]] of Object.entries(TABLES)) {
      const ids = answered.filter((id) => id.startsWith(`${prefix}_`));
      const rows = await rowsBy<{ id: string }>('id', ids, databases[domain](table).select('id'));
      for (const id of ids)
        if (!rows.has(id)) found.push({ id, breach: `${id} was answered with 201, and is not there` });
    }
    return found;
  },
);
