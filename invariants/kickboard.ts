import {
  type KickboardStatus,
  PASS,
  type PassStatus,
  RIDE,
  type RideStatus,
} from '../workflows/kickboard/contract';
import { batchesBy } from './batches';
import { type ChargeFacts, chargesOf, saleLaws } from './charges';
import { sqlLaws, type LawSet } from './law';
import { thingLaws } from './things';
import { asTold, toldLaw, toldOf } from './told';
import type { World } from './world';
import { pageLaw } from './views';

/** A pass, with what kickboard and payment have on record of it. */
export interface PassFacts {
  id: string;
  status: PassStatus;
  /** Whole KRW. */
  price: number;
  ridesTotal: number;
  ridesLeft: number;
  paymentId: string | null;
  charge: ChargeFacts | undefined;
  told: string;
}

const IS_PASS: readonly PassStatus[] = ['AVAILABLE', 'USED'];

/** K1. */
export const PASSES = thingLaws<PassFacts>('kickboard', passes, [
  ...saleLaws<PassStatus, PassFacts>({
    id: 'pass',
    what: 'pass',
    holds: 'A pass that stands is paid, any other is not',
    paid: IS_PASS,
    unpaid: ['FAILED'],
  }),
  {
    id: 'pass-payment',
    holds: 'A pass that stands names the payment that paid for it',
    rule: 4,
    breach: ({ id, status, paymentId, charge }) =>
      IS_PASS.includes(status) && paymentId !== (charge?.id ?? null)
        ? `pass ${id} is paid by ${paymentId}, its charge is ${charge?.id ?? 'none'}`
        : undefined,
  },
  {
    id: 'pass-used-told',
    holds: 'Each ride that a pass has paid for is told of once',
    rule: 9,
    breach: ({ id, ridesTotal, ridesLeft, told }) => {
      const rides = told.split(',').filter((event) => event === 'pass-used').length;
      return rides === ridesTotal - ridesLeft || /-recorded/.test(told)
        ? undefined
        : `pass ${id} has ${ridesLeft} of ${ridesTotal} rides left, and ${rides} were told of`;
    },
  },
  toldLaw(PASS, 'pass', { AVAILABLE: '(,pass-used)*' }),
]);

type PassRow = Omit<PassFacts, 'charge' | 'told'>;

async function* passes(world: World): AsyncGenerator<PassFacts[]> {
  const { kickboard } = world.databases;
  const rows = kickboard('kickboard.passes').select('id', 'status', 'price', {
    ridesTotal: 'rides_total',
    ridesLeft: 'rides_left',
    paymentId: 'payment_id',
  });
  for await (const some of batchesBy<PassRow>('id', rows)) {
    const ids = some.map(({ id }) => id);
    const [charges, told] = await Promise.all([chargesOf(world, ids), toldOf(kickboard, 'kickboard', ids)]);
    yield some.map((row) => ({ ...row, charge: charges.get(row.id), told: told.get(row.id) ?? '' }));
  }
}

/** A ride with its kickboard. */
export interface RideFacts {
  id: string;
  status: RideStatus;
  /** Reported as missing. */
  missing: boolean;
  endLocation: string | null;
  /** No ride on the kickboard began after it. */
  latest: boolean;
  kickboard: { status: KickboardStatus; location: string };
  told: string;
}

/** K2–K4. */
export const RIDES = thingLaws<RideFacts>('kickboard', rides, [
  {
    id: 'ride-kickboard',
    holds: 'A kickboard is RENTED or MISSING under its rider, and back where the last ride left it',
    rule: 3,
    breach: ({ id, status, missing, endLocation, latest, kickboard }) => {
      const is = `its kickboard is ${kickboard.status} at ${kickboard.location}`;
      if (status === 'RENTED' && kickboard.status !== (missing ? 'MISSING' : 'RENTED'))
        return `ride ${id} is ${missing ? 'missing' : 'RENTED'}, and ${is}`;
      if (status !== 'RETURNED' || !latest) return undefined;
      const isBack =
        kickboard.status === 'RETURNED' && (endLocation === null || endLocation === kickboard.location);
      return isBack ? undefined : `ride ${id} is RETURNED at ${endLocation}, and ${is}`;
    },
  },
  toldLaw(RIDE, 'ride', { RENTED: '(,due(,missing)?)?' }),
]);

interface RideRow extends Omit<RideFacts, 'kickboard' | 'told'> {
  kickboardStatus: KickboardStatus;
  location: string;
}

async function* rides({ databases: { kickboard } }: World): AsyncGenerator<RideFacts[]> {
  const rows = kickboard.from(
    kickboard({ r: 'kickboard.rides' })
      .join({ k: 'kickboard.kickboards' }, 'k.id', 'r.kickboard_id')
      .select('r.id', 'r.status', {
        missing: kickboard.raw('r.missing_at IS NOT NULL'),
        endLocation: 'r.end_location',
        latest: kickboard.raw(`NOT EXISTS (SELECT FROM kickboard.rides l
          WHERE l.kickboard_id = r.kickboard_id AND l.started_at > r.started_at)`),
        kickboardStatus: 'k.status',
        location: 'k.location',
      })
      .as('rides'),
  );
  for await (const some of batchesBy<RideRow>('id', rows)) {
    const told = await toldOf(
      kickboard,
      'kickboard',
      some.map(({ id }) => id),
    );
    yield some.map(({ kickboardStatus: status, location, ...ride }) => ({
      ...ride,
      kickboard: { status, location },
      told: told.get(ride.id) ?? '',
    }));
  }
}

/** K1, K2, K4, K5. */
export const KICKBOARDS = sqlLaws('kickboard', [
  {
    id: 'kickboard-one-rider',
    holds: 'A kickboard is out exactly when one ride is open on it',
    rule: 3,
    breaches: `
      SELECT k.id, format('kickboard %s is %s, and the rides %s are open on it', k.id, k.status,
        coalesce(string_agg(r.id, ', '), 'none')) AS breach
      FROM kickboard.kickboards k LEFT JOIN kickboard.rides r ON r.kickboard_id = k.id AND r.status = 'RENTED'
      GROUP BY k.id HAVING count(r.id) <> (k.status IN ('RENTED', 'MISSING'))::int`,
  },
  {
    id: 'pass-one-ride',
    holds: 'At most one ride is open on a pass, and it is the pass of its rider',
    rule: 3,
    breaches: `
      SELECT p.id, format('pass %s of %s (%s) has the open rides %s', p.id, p.customer, p.status,
        string_agg(r.id || ' of ' || r.customer, ', ')) AS breach
      FROM kickboard.passes p JOIN kickboard.rides r ON r.pass_id = p.id AND r.status <> 'REFUSED'
      GROUP BY p.id HAVING count(*) FILTER (WHERE r.status = 'RENTED') > 1 OR bool_or(r.customer <> p.customer)
        OR p.status NOT IN ('AVAILABLE', 'USED')`,
  },
  {
    id: 'kickboard-removed-is-in',
    holds: 'A kickboard that was removed is not out',
    rule: 3,
    breaches: `
      SELECT k.id, format('kickboard %s was removed, and %s rides it', k.id, r.id) AS breach
      FROM kickboard.kickboards k JOIN kickboard.rides r ON r.kickboard_id = k.id AND r.status = 'RENTED'
      WHERE k.removed_at IS NOT NULL`,
  },
  {
    id: 'pass-rides-left',
    holds: 'Rides bought less rides taken are the rides left',
    rule: 6,
    breaches: `
      SELECT p.id, format('pass %s has %s of %s rides left, and %s were taken', p.id, p.rides_left, p.rides_total,
        count(r.id)) AS breach
      FROM kickboard.passes p LEFT JOIN kickboard.rides r ON r.pass_id = p.id AND r.status <> 'REFUSED'
      GROUP BY p.id HAVING p.rides_total - count(r.id) <> p.rides_left`,
  },
  asTold({ what: 'pass', table: 'kickboard.passes' }),
  asTold({ what: 'ride', table: 'kickboard.rides', untold: 'REFUSED' }),
]);

export const LAWS: readonly LawSet[] = [
  PASSES,
  RIDES,
  KICKBOARDS,
  pageLaw({
    view: 'passes',
    domain: 'kickboard',
    what: 'pass',
    events: /^kickboard\.pass-/,
    columns: ['type', 'price', 'status', 'rides_total', 'rides_left', 'payment_id', 'failure'],
  }),
  pageLaw({
    view: 'rides',
    domain: 'kickboard',
    what: 'ride',
    events: /^kickboard\.(rented|due|missing|returned)$/,
    columns: ['kickboard_id', 'pass_id', 'status', 'started_at', 'due_at', 'ended_at', 'end_location'],
  }),
];
