import type { Stage } from '../stage';

/** The points of a manager, and those that a report or conversion moved. */
export async function pointsOf({ db }: Stage, manager: string, reference: string) {
  const { rows } = await db.raw<{
    rows: [{ moved: string; addUp: boolean; opening: number; left: number }];
  }>(
    `SELECT COALESCE(string_agg(kind || ' ' || e.points, ',' ORDER BY number) FILTER (WHERE reference = :reference), '')
         AS moved,
       sum(e.points) = m.points AND max(balance) FILTER (WHERE number = entries) = m.points AS "addUp",
       CAST(sum(e.points) FILTER (WHERE kind = 'OPENING') AS bigint) AS opening, m.points AS left
     FROM bike.managers m JOIN bike.point_entries e USING (manager) WHERE manager = :manager
     GROUP BY m.manager`,
    { manager, reference },
  );
  return rows[0];
}
