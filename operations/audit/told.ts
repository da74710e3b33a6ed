import type { Domain } from '../../config';
import type { Check } from './check';

interface Things {
  what: string;
  table: string;
  /** What came to nothing has this status, and is never told of. */
  untold?: string;
  /** A field that the first event does not know yet. */
  later?: string;
}

/** What the last event tells of a thing is so; what it does not tell may be as it likes. */
const asTold = ({ what, table, untold = '', later = '' }: Things): Check => {
  const [schema] = table.split('.');
  return {
    holds: `A ${what} is as its last event tells`,
    breaches: `
      SELECT id, format('${what} %s %s', id, CASE
        WHEN told IS NULL THEN 'was never told of'
        WHEN now IS NULL THEN 'came to nothing, and was told of'
        ELSE (SELECT 'has ' || string_agg(format('%s %s, told as %s', key, coalesce(now ->> key, 'nothing'),
            coalesce(value, 'nothing')), ' and ')
          FROM jsonb_each_text(told) WHERE value IS DISTINCT FROM now ->> key) END) AS breach
      FROM (
        SELECT t.id, CASE WHEN t.status <> '${untold}' THEN ${schema}.told(t) END AS now, (
          SELECT CASE WHEN o.data ->> '${later}' IS NULL THEN o.data - '${later}' ELSE o.data END FROM ${schema}.outbox o
          WHERE o.subject = t.id ORDER BY o.xid DESC, o.position DESC LIMIT 1) AS told
        FROM ${table} t) things
      WHERE CASE WHEN now IS NULL THEN told IS NOT NULL ELSE (now @> told) IS NOT TRUE END`,
  };
};

const DEPOSITS: Check = {
  holds: 'A deposit is what its events add up to',
  breaches: `
    SELECT a.id, format('%s holds %s, told as %s', a.id, a.balance, COALESCE(o.told, 0)) AS breach
    FROM payment.accounts a LEFT JOIN (
      SELECT 'deposit:' || customer AS id, sum((data ->> 'amount')::bigint) AS told FROM payment.outbox
      WHERE type IN ('payment.deposit-moved', 'payment.deposit-recorded') GROUP BY customer) o USING (id)
    WHERE a.id LIKE 'deposit:%' AND a.balance <> COALESCE(o.told, 0)`,
};

/** Each on the database of its domain. */
export const TOLD = {
  movie: [asTold({ what: 'booking', table: 'movie.bookings' })],
  payment: [DEPOSITS],
  kickboard: [
    asTold({ what: 'pass', table: 'kickboard.passes' }),
    asTold({ what: 'ride', table: 'kickboard.rides', untold: 'REFUSED' }),
  ],
  bike: [
    asTold({ what: 'rental', table: 'bike.rentals', untold: 'REFUSED' }),
    asTold({ what: 'report', table: 'bike.reports', untold: 'REFUSED' }),
    asTold({ what: 'conversion', table: 'bike.conversions', untold: 'REFUSED', later: 'pointsLeft' }),
  ],
  billing: [asTold({ what: 'bill', table: 'billing.bills' })],
  food: [asTold({ what: 'order', table: 'food.orders', untold: 'REFUSED' })],
  delivery: [asTold({ what: 'delivery', table: 'delivery.deliveries' })],
  course: [asTold({ what: 'course', table: 'course.courses' })],
} as const satisfies Partial<Record<Domain, readonly Check[]>>;
