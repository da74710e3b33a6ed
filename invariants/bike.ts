import { sqlLaws, type LawSet } from './law';
import { asTold } from './told';
import { CONVERSIONS } from './bike-conversions';
import { RENTALS } from './bike-rentals';
import { REPORTS } from './bike-reports';
import { pageLaw } from './views';

/** B1, B2, B6, B7. */
export const BIKES = sqlLaws('bike', [
  {
    id: 'bike-one-rider',
    holds: 'A bike is in use exactly when one rental is open on it',
    rule: 3,
    breaches: `
      SELECT b.id, format('bike %s is %s, and the rentals %s are open on it', b.id, b.status,
        coalesce(string_agg(r.id, ', '), 'none')) AS breach
      FROM bike.bikes b LEFT JOIN bike.rentals r ON r.bike_id = b.id AND r.status = 'RENTED'
      GROUP BY b.id HAVING count(r.id) <> (b.status = 'IN_USE')::int`,
  },
  {
    id: 'points-sum',
    holds: 'A manager has the points that their entries add up to',
    rule: 6,
    breaches: `
      SELECT m.manager AS id, format('%s has %s points by %s entries, there are %s by %s', m.manager, m.points,
        m.entries, coalesce(sum(e.points), 0), count(e.id)) AS breach
      FROM bike.managers m LEFT JOIN bike.point_entries e USING (manager)
      GROUP BY m.manager HAVING (m.points, m.entries) <> (coalesce(sum(e.points), 0), count(e.id))`,
  },
  {
    id: 'points-gapless',
    holds: 'Entries of points are gapless, each with the balance that was then',
    rule: 6,
    breaches: `
      SELECT id, format('entry %s of %s says %s points, was entry %s and %s', number, manager, balance, nth, was)
        AS breach
      FROM (SELECT *, row_number() OVER w AS nth, sum(points) OVER w AS was FROM bike.point_entries
        WINDOW w AS (PARTITION BY manager ORDER BY number)) e
      WHERE (number, balance) <> (nth, was)`,
  },
  {
    id: 'points-due',
    holds: 'Points come from reports that were applied, and go where they are converted',
    rule: 6,
    breaches: `
      SELECT coalesce(due.id, e.reference) AS id, format('%s: %s points are due as %s, and %s were entered',
        coalesce(due.id, e.reference), coalesce(due.points, 0), coalesce(due.kind, e.kind), coalesce(e.points, 0)) AS breach
      FROM (
        SELECT id, 'REPORT' AS kind, points_earned AS points FROM bike.reports
          WHERE status = 'APPLIED' AND points_earned > 0
        UNION ALL SELECT id, 'CONVERSION', -points FROM bike.conversions WHERE status <> 'REFUSED'
        UNION ALL SELECT id, 'GIVEN_BACK', points FROM bike.conversions WHERE status = 'GIVEN_BACK') due
      FULL JOIN (SELECT * FROM bike.point_entries WHERE kind <> 'OPENING') e ON (e.reference, e.kind) = (due.id, due.kind)
      WHERE due.points IS DISTINCT FROM e.points`,
  },
  {
    id: 'points-a-day',
    holds: 'Reports earn a manager no more in a day of Seoul than its limit',
    rule: 6,
    breaches: `
      SELECT manager AS id, format('%s has earned %s points by reports on %s, the limit was %s', manager,
        sum(points_earned), day::date, max(day_limit)) AS breach
      FROM (SELECT *, date_trunc('day', at, 'Asia/Seoul') AT TIME ZONE 'Asia/Seoul' AS day FROM bike.reports
        WHERE status = 'APPLIED' AND day_limit IS NOT NULL) r
      GROUP BY manager, day HAVING sum(points_earned) > max(day_limit)`,
  },
  {
    id: 'manager-reports',
    holds: 'A manager has as many reports as were applied',
    rule: 7,
    breaches: `
      SELECT m.manager AS id, format('%s has %s reports, and %s were applied', m.manager, m.reports, count(r.id)) AS breach
      FROM bike.managers m LEFT JOIN bike.reports r ON r.manager = m.manager AND r.status = 'APPLIED'
      GROUP BY m.manager HAVING m.reports <> count(r.id)`,
  },
  asTold({ what: 'rental', table: 'bike.rentals', untold: 'REFUSED' }),
  asTold({ what: 'report', table: 'bike.reports', untold: 'REFUSED' }),
  asTold({ what: 'conversion', table: 'bike.conversions', untold: 'REFUSED', later: 'pointsLeft' }),
]);

export const LAWS: readonly LawSet[] = [
  RENTALS,
  REPORTS,
  CONVERSIONS,
  BIKES,
  pageLaw({
    view: 'rentals',
    domain: 'bike',
    what: 'rental',
    events: /^bike\.(rented|returned)$/,
    columns: ['bike_id', 'status', 'started_at', 'start_location', 'ended_at', 'end_location'],
  }),
];
