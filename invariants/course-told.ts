import { type SqlLaw, sqlLaws } from './law';
import { asTold } from './told';

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
export const COURSES_AS_TOLD = sqlLaws('course', [
  asTold({ what: 'course', table: 'course.courses' }),
  asLastTold('like', ['liked'], ['unliked']),
  asLastTold('bookmark', ['bookmarked', 'bookmark-gained'], ['unbookmarked', 'bookmark-lost']),
  TO_BOTH,
  REMARKS,
]);
