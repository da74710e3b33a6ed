import type { Client } from '@temporalio/client';
import type { Knex } from 'knex';
import { batchesBy } from './batches';
import type { Check, Finding } from './check';
import { breachesAmong, type Suspect } from './under-way';

/** B6, B7; on the bikes' database. */
export const POINTS: readonly Check[] = [
  {
    holds: 'A manager has the points that their entries add up to',
    breaches: `
      SELECT m.manager AS id, format('%s has %s points by %s entries, there are %s by %s', m.manager, m.points,
        m.entries, coalesce(sum(e.points), 0), count(e.id)) AS breach
      FROM bike.managers m LEFT JOIN bike.point_entries e USING (manager)
      GROUP BY m.manager HAVING (m.points, m.entries) <> (coalesce(sum(e.points), 0), count(e.id))`,
  },
  {
    holds: 'Entries of points are gapless, each with the balance that was then',
    breaches: `
      SELECT id, format('entry %s of %s says %s points, was entry %s and %s', number, manager, balance, nth, was)
        AS breach
      FROM (SELECT *, row_number() OVER w AS nth, sum(points) OVER w AS was FROM bike.point_entries
        WINDOW w AS (PARTITION BY manager ORDER BY number)) e
      WHERE (number, balance) <> (nth, was)`,
  },
  {
    holds: 'Points come from reports that were applied, and go where they are converted',
    breaches: `
      SELECT coalesce(due.id, e.reference) AS id, format('%s: %s points are due as %s, and %s were entered',
        coalesce(due.id, e.reference), coalesce(due.points, 0), coalesce(due.kind, e.kind), coalesce(e.points, 0)) AS breach
      FROM (
        SELECT id, 'REPORT' AS kind, points_earned AS points FROM bike.reports WHERE status = 'APPLIED'
        UNION ALL SELECT id, 'CONVERSION', -points FROM bike.conversions WHERE status <> 'REFUSED'
        UNION ALL SELECT id, 'GIVEN_BACK', points FROM bike.conversions WHERE status = 'GIVEN_BACK') due
      FULL JOIN (SELECT * FROM bike.point_entries WHERE kind <> 'OPENING') e ON (e.reference, e.kind) = (due.id, due.kind)
      WHERE due.points IS DISTINCT FROM e.points`,
  },
];

/** B7: points are taken for as long as their workflow converts them, or gives them back. */
export async function takenFinding(bike: Knex, temporal: Client): Promise<Finding> {
  const suspects: Suspect[] = [];
  const taken = bike('bike.conversions').where({ status: 'TAKEN' }).select('id', 'points');
  for await (const some of batchesBy<{ id: string; points: number }>('id', taken))
    for (const { id, points } of some)
      suspects.push({
        id,
        breach: `${points} points are taken, and nobody converts them (${id})`,
        workflow: id,
      });
  return {
    holds: 'Points that are taken are being converted or given back',
    breaches: await breachesAmong(temporal, suspects),
  };
}
