import { type LawSet, sqlLaws, type SqlLaw } from './law';

interface Things {
  what: string;
  table: string;
  /** What came to nothing has this status, and is never told of. */
  untold?: string;
  /** A field that the first event does not know yet. */
  later?: string;
}

/** What the last event tells of a thing is so; what it does not tell may be as it likes. */
const asTold = ({ what, table, untold = '', later = '' }: Things): SqlLaw => {
  const [schema] = table.split('.');
  return {
    id: `${what}-as-told`,
    holds: `A ${what} is as its last event tells`,
    rule: 9,
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

const DEPOSITS: SqlLaw = {
  id: 'deposit-told',
  holds: 'A deposit is what its events add up to',
  rule: 9,
  breaches: `
    SELECT a.id, format('%s holds %s, told as %s', a.id, a.balance, COALESCE(o.told, 0)) AS breach
    FROM payment.accounts a LEFT JOIN (
      SELECT 'deposit:' || customer AS id, sum((data ->> 'amount')::bigint) AS told FROM payment.outbox
      WHERE type IN ('payment.deposit-moved', 'payment.deposit-recorded') GROUP BY customer) o USING (id)
    WHERE a.id LIKE 'deposit:%' AND a.balance <> COALESCE(o.told, 0)`,
};

const listed = (types: readonly string[]) => types.map((type) => `'course.${type}'`).join(', ');

/** A like or a bookmark: it comes and goes, and is a subject of its own by course and customer. */
const asLastTold = (what: string, comes: readonly string[], goes: readonly string[]): SqlLaw => ({
  id: `${what}-as-told`,
  holds: `A ${what} is there if its last event says so`,
  rule: 9,
  breaches: `
    SELECT id, format('${what} %s is %s, last told as %s', id, CASE WHEN there THEN 'there' ELSE 'not there' END,
      coalesce(type, 'nothing')) AS breach
    FROM (SELECT format('%s/${what}/%s', course_id, customer) AS id, true AS there FROM course.${what}s) marks
    FULL JOIN (SELECT DISTINCT ON (subject) subject AS id, type FROM course.outbox
      WHERE type IN (${listed([...comes, ...goes])}) ORDER BY subject, xid DESC, position DESC) told USING (id)
    WHERE coalesce(there, false) <> coalesce(type IN (${listed(comes)}), false)`,
});

/** C3: a bookmark that comes or goes is told to two. */
const TO_BOTH: SqlLaw = {
  id: 'bookmark-told-to-both',
  holds: 'A bookmark is told to its host as often as to its customer',
  rule: 9,
  breaches: `
    SELECT subject AS id, format('bookmark %s came %s times and went %s, as its host was told %s and %s', subject,
      came, went, gained, lost) AS breach
    FROM (SELECT subject, count(*) FILTER (WHERE type = 'course.bookmarked') AS came,
        count(*) FILTER (WHERE type = 'course.unbookmarked') AS went,
        count(*) FILTER (WHERE type = 'course.bookmark-gained') AS gained,
        count(*) FILTER (WHERE type = 'course.bookmark-lost') AS lost
      FROM course.outbox GROUP BY subject) told
    WHERE (came, went) <> (gained, lost)`,
};

/** Comments and reviews are told of as they are made, and never change. */
const REMARKS: SqlLaw = {
  id: 'remark-told',
  holds: 'A comment or review is told of once, as it is',
  rule: 9,
  breaches: `
    SELECT id, format('%s was told of %s times, %s of them as it is', id, count(o.position),
      count(o.position) FILTER (WHERE o.data @> remark)) AS breach
    FROM (
      SELECT id, 'course.commented' AS type, jsonb_build_object('courseId', course_id, 'by', customer, 'text', text)
        AS remark FROM course.comments
      UNION ALL
      SELECT id, 'course.reviewed', jsonb_build_object('courseId', course_id, 'by', customer, 'text', text,
        'rating', rating) FROM course.reviews) remarks
    FULL JOIN (SELECT subject AS id, type, position, data FROM course.outbox
      WHERE type IN ('course.commented', 'course.reviewed')) o USING (id, type)
    GROUP BY id HAVING count(o.position) <> 1 OR count(o.position) FILTER (WHERE o.data @> remark) <> 1`,
};

/** Events beside the rows that they tell of. */
export const TOLD: readonly LawSet[] = [
  sqlLaws('movie', [asTold({ what: 'booking', table: 'movie.bookings' })]),
  sqlLaws('payment', [DEPOSITS]),
  sqlLaws('kickboard', [
    asTold({ what: 'pass', table: 'kickboard.passes' }),
    asTold({ what: 'ride', table: 'kickboard.rides', untold: 'REFUSED' }),
  ]),
  sqlLaws('bike', [
    asTold({ what: 'rental', table: 'bike.rentals', untold: 'REFUSED' }),
    asTold({ what: 'report', table: 'bike.reports', untold: 'REFUSED' }),
    asTold({ what: 'conversion', table: 'bike.conversions', untold: 'REFUSED', later: 'pointsLeft' }),
  ]),
  sqlLaws('billing', [asTold({ what: 'bill', table: 'billing.bills' })]),
  sqlLaws('food', [asTold({ what: 'order', table: 'food.orders', untold: 'REFUSED' })]),
  sqlLaws('delivery', [asTold({ what: 'delivery', table: 'delivery.deliveries' })]),
  sqlLaws('course', [
    asTold({ what: 'course', table: 'course.courses' }),
    asLastTold('like', ['liked'], ['unliked']),
    asLastTold('bookmark', ['bookmarked', 'bookmark-gained'], ['unbookmarked', 'bookmark-lost']),
    TO_BOTH,
    REMARKS,
  ]),
];
