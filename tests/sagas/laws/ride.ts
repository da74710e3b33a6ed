import type { Stage } from '../stage';
import { breachesOf, type Kind, columnOf, toldOf } from './kind';

interface Law {
  kickboard: RegExp;
  /** How many rides of the pass it has taken. */
  taken: number;
  told: RegExp;
  workflow: 'RUNNING' | 'COMPLETED';
}

const LAWS: Partial<Record<string, Law>> = {
  RENTED: {
    kickboard: /^RENTED|MISSING$/,
    taken: 1,
    told: /^rented(,due(,missing)?)?$/,
    workflow: 'RUNNING',
  },
  RETURNED: {
    kickboard: /^RETURNED$/,
    taken: 1,
    told: /^rented(,due(,missing)?)?,returned$/,
    workflow: 'COMPLETED',
  },
  REFUSED: { kickboard: /^REGISTERED$/, taken: 0, told: /^$/, workflow: 'COMPLETED' },
};

interface Account {
  status: string;
  end_location: string | null;
  missing_at: Date | null;
  kickboard: string;
  location: string;
  pass: string;
  rides_left: number;
  rides_total: number;
}

/** Rented, and all is told that is due. */
const WAITS = /* sql */ `
  status = 'RENTED' AND (reminded_at IS NOT NULL OR due_at > now())
    AND (missing_at IS NOT NULL OR due_at + interval '1 day' > now()) AS waits`;

/** Of the only ride on a pass and on a kickboard. */
export const RIDE: Kind = {
  statusOf: (stage, id) => columnOf(stage, 'kickboard.rides', id),
  waits: async ({ db }, id, cancelled) =>
    !cancelled &&
    (await db('kickboard.rides').where({ id }).first<{ waits: boolean } | undefined>(db.raw(WAITS)))
      ?.waits === true,
  breaches: async (stage, id, workflow) => {
    const ride = await accountOf(stage, id);
    const told = await toldOf(stage, 'kickboard.outbox', id);
    const law = ride && LAWS[ride.status];
    if (!law) return [`${ride?.status ?? 'none'} is no end`];
    const { found, must } = breachesOf(ride.status);
    const missing = ride.status === 'RENTED' && ride.missing_at !== null;
    must(law.kickboard.test(ride.kickboard), `its kickboard is ${ride.kickboard}`);
    must(
      missing === (ride.kickboard === 'MISSING'),
      `missing: ${missing}, but its kickboard is ${ride.kickboard}`,
    );
    must(
      ride.status !== 'RETURNED' || ride.location === ride.end_location,
      `its kickboard is at ${ride.location}`,
    );
    must(ride.rides_total - ride.rides_left === law.taken, `${ride.rides_left} rides are left`);
    must((ride.rides_left === 0) === (ride.pass === 'USED'), `its pass is ${ride.pass}`);
    must(law.told.test(told), `it was told: ${told}`);
    must(workflow.status === law.workflow, `its workflow is ${workflow.status}`);
    must(
      workflow.status === 'RUNNING' || workflow.result === ride.status,
      `its workflow says ${String(workflow.result)}`,
    );
    return found;
  },
};

const accountOf = ({ db }: Stage, id: string) =>
  db({ r: 'kickboard.rides' })
    .join({ k: 'kickboard.kickboards' }, 'k.id', 'r.kickboard_id')
    .join({ p: 'kickboard.passes' }, 'p.id', 'r.pass_id')
    .where('r.id', id)
    .first<Account | undefined>({
      status: 'r.status',
      end_location: 'r.end_location',
      missing_at: 'r.missing_at',
      kickboard: 'k.status',
      location: 'k.location',
      pass: 'p.status',
      rides_left: 'p.rides_left',
      rides_total: 'p.rides_total',
    });
