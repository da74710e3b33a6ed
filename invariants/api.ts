import { rowsBy } from './batches';
import { type Breach, lawOf } from './law';

/** Where the things are that a POST makes, by the prefix of their id. */
const MADE = {
  scr: ['movie', 'movie.screenings'],
  bkg: ['movie', 'movie.bookings'],
  pas: ['kickboard', 'kickboard.passes'],
  rid: ['kickboard', 'kickboard.rides'],
  rnt: ['bike', 'bike.rentals'],
  rpt: ['bike', 'bike.reports'],
  cnv: ['bike', 'bike.conversions'],
  ord: ['food', 'food.orders'],
  top: ['payment', 'payment.top_ups'],
  crs: ['course', 'course.courses'],
  cmt: ['course', 'course.comments'],
  rev: ['course', 'course.reviews'],
} as const;

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
    for (const [prefix, [domain, table]] of Object.entries(MADE)) {
      const ids = answered.filter((id) => id.startsWith(`${prefix}_`));
      const rows = await rowsBy<{ id: string }>('id', ids, databases[domain](table).select('id'));
      for (const id of ids)
        if (!rows.has(id)) found.push({ id, breach: `${id} was answered with 201, and is not there` });
    }
    return found;
  },
);
