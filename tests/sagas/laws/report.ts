import type { Stage } from '../stage';
import { breachesOf, type Kind, columnOf, toldOf } from './kind';
import { pointsOf } from './points';

interface Account {
  status: string;
  manager: string;
  points_earned: number;
  /** Of the manager, all told. */
  reports: number;
  asReported: boolean;
  untouched: boolean;
}

/** Of the only report on a bike, and the only one of its manager. */
export const REPORT: Kind = {
  statusOf: (stage, id) => columnOf(stage, 'bike.reports', id),
  waits: () => Promise.resolve(false),
  breaches: async (stage, id, workflow) => {
    const report = await accountOf(stage, id);
    if (!report) return ['none is no end'];
    const { status, manager, points_earned: earned, reports, asReported, untouched } = report;
    const [points, told] = await Promise.all([
      pointsOf(stage, manager, id),
      toldOf(stage, 'bike.outbox', id),
    ]);
    const applied = status === 'APPLIED';
    const { found, must } = breachesOf(status);
    must(applied ? asReported : untouched, `its bike is ${asReported ? 'as reported' : 'another'}`);
    must(points.moved === (applied ? `REPORT ${earned}` : ''), `the points that moved: ${points.moved}`);
    must(reports === (applied ? 1 : 0), `${reports} reports count`);
    must(points.addUp, 'the points do not add up');
    must(told === (applied ? 'reported' : ''), `it was told: ${told}`);
    must(workflow.status === 'COMPLETED', `its workflow is ${workflow.status}`);
    must(workflow.result === status, `its workflow says ${String(workflow.result)}`);
    return found;
  },
};

async function accountOf({ db }: Stage, id: string): Promise<Account | undefined> {
  const { rows } = await db.raw<{ rows: Account[] }>(
    `SELECT r.status, r.manager, r.points_earned, m.reports, b.updated_at = b.created_at AS untouched,
       (b.battery_level, COALESCE(b.next_status, b.status)) =
         (r.battery_level, CASE WHEN r.usable THEN 'AVAILABLE' ELSE 'BROKEN' END) AS "asReported"
     FROM bike.reports r JOIN bike.bikes b ON b.id = r.bike_id JOIN bike.managers m USING (manager)
     WHERE r.id = ?`,
    [id],
  );
  return rows[0];
}
