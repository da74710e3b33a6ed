import type { Knex } from 'knex';
import { isOutage } from '../../api/outages';
import { BikeReads } from '../../activities/bike/reads';
import { BikeRepository } from '../../activities/bike/repository';
import { pause, until } from '../../engine/wait';
import type { ConversionStatus, ReportStatus } from '../../workflows/bike/contract';
import type { Besides } from './acts/act';
import * as points from './acts/points';
import {
  converting,
  recalling,
  rented,
  renting,
  returning,
  returningPoor,
  settling,
  toppingUp,
} from './acts/rental';
import { topUpFor } from './desk';
import { whatever } from './faults';
import type { RentalEnd } from './laws/rental';
import { type Row, sweep } from './sweep';
import { heldAt, holdable } from './unpaid';
import { rentalFor, somebody } from './vehicles';

/** Cancelled while the engine hands the saga from its first step to the next: whether that one begins is open. */
const RENTED_OR_NOT = 'REFUSED or CLOSED';

const TAKEN: Besides = ['claim', 'refuses', 'bike-unavailable'];
const UNHEARD: Besides = ['claim', 'losesAnswer'];
const REFUSED: Besides = ['applyReport', 'refuses', 'bike-unavailable-now'];
const NOT_CREDITED: Besides = ['creditConversion', 'refuses', 'payment-unavailable'];
const CREDITED_UNHEARD: Besides = ['creditConversion', 'losesAnswer'];

const RENTALS: Row<RentalEnd>[] = [
  [
    renting(),
    'claim',
    {
      refuses: 'REFUSED',
      ...whatever('RENTED'),
      fails: 'REFUSED',
      cancelled: RENTED_OR_NOT,
      cancelledDone: 'CLOSED',
      cancelledLost: 'CLOSED',
    },
    'bike-unavailable',
  ],
  [renting(TAKEN), 'refuseRental', whatever('REFUSED')],
  // What was claimed stands, though nobody heard of it.
  [renting(UNHEARD), 'refuseRental', whatever('RENTED', 'CLOSED')],
  [renting(), 'openBill', whatever('RENTED', 'CLOSED')],

  // Hung past the time by which the customer has an answer, it is too late to be done.
  [
    returning,
    'takeBack',
    { refuses: 'RENTED', ...whatever('CLOSED'), hangs: 'RENTED' },
    'bike-unavailable-now',
  ],
  [returning, 'assess', whatever('CLOSED')],
  [returning, 'payBill', whatever('CLOSED')],
  [returning, 'close', whatever('CLOSED')],
  [recalling, 'takeBack', whatever('CLOSED')],
];

/** Whenever the deposit is raised, the bill is paid. */
const RAISED = { paidIn: 'CLOSED', paidInDone: 'CLOSED' } as const;

const UNPAID: Row<RentalEnd>[] = [
  [returningPoor, 'assess', RAISED],
  [returningPoor, 'payBill', { ...whatever('UNPAID'), ...RAISED }],
  [returningPoor, 'owe', { ...whatever('UNPAID'), ...RAISED }],
  [returningPoor, 'leaveUnpaid', { ...whatever('UNPAID'), ...RAISED }],
  [settling, 'payBill', { ...whatever('CLOSED'), ...RAISED }],
  [settling, 'oweNoMore', { ...whatever('CLOSED'), ...RAISED }],
  [
    toppingUp,
    'creditTopUp',
    { refuses: 'UNPAID', ...whatever('CLOSED'), hangs: 'UNPAID' },
    'payment-unavailable',
  ],
  [
    converting,
    'creditConversion',
    { refuses: 'UNPAID', ...whatever('CLOSED'), fails: 'UNPAID', hangs: 'UNPAID' },
    'payment-unavailable',
  ],
  [converting, 'converted', { cancelled: 'CLOSED', cancelledDone: 'CLOSED' }],
];

const REPORTS: Row<ReportStatus>[] = [
  [
    points.reporting(),
    'applyReport',
    { refuses: 'REFUSED', ...whatever('APPLIED'), fails: 'REFUSED', cancelled: 'REFUSED or APPLIED' },
    'bike-unavailable-now',
  ],
  [points.reporting(REFUSED), 'refuseReport', whatever('REFUSED')],
  // What was applied stands, though nobody heard of it.
  [points.reporting(['applyReport', 'losesAnswer']), 'refuseReport', whatever('APPLIED')],
];

const CONVERSIONS: Row<ConversionStatus>[] = [
  [
    points.converting(),
    'takePoints',
    {
      refuses: 'REFUSED',
      fails: 'REFUSED',
      losesAnswer: 'GIVEN_BACK',
      // Tried again after 2 s, within its 3 s.
      hangs: 'CONVERTED',
      hangsDone: 'CONVERTED',
      cancelled: 'REFUSED or GIVEN_BACK or CONVERTED',
      cancelledDone: 'GIVEN_BACK or CONVERTED',
      cancelledLost: 'GIVEN_BACK',
    },
    'not-enough-points',
  ],
  [
    points.converting(),
    'creditConversion',
    // Only where it was credited and nobody heard of it, the points stay taken.
    { refuses: 'GIVEN_BACK', ...whatever('CONVERTED'), fails: 'GIVEN_BACK', hangs: 'GIVEN_BACK' },
    'payment-unavailable',
  ],
  [points.converting(), 'converted', whatever('CONVERTED')],
  [points.converting(CREDITED_UNHEARD), 'refuseConversion', whatever('CONVERTED')],
  [points.converting(CREDITED_UNHEARD), 'converted', whatever('CONVERTED')],
  [points.converting(['creditConversion', 'fails']), 'refuseConversion', whatever('GIVEN_BACK')],
  [points.converting(NOT_CREDITED), 'givePointsBack', whatever('GIVEN_BACK')],
];

const theatre = sweep<RentalEnd | ReportStatus | ConversionStatus>(
  ['bike', 'billing', 'payment'],
  [...RENTALS, ...UNPAID, ...REPORTS, ...CONVERSIONS],
);

const watch = { looks: 0, seen: new Set<string>(), over: false };
let watching: Promise<void>;
beforeAll(async () => {
  await holdable(theatre().stage.db);
  watching = (async () => {
    while (!watch.over) {
      // Where everybody waits for a connection there is no look this time.
      const managers = await richer(theatre().stage.db).catch((error: unknown) => {
        if (!isOutage(error)) throw error;
        return undefined;
      });
      if (managers) watch.looks++;
      for (const manager of managers ?? []) watch.seen.add(manager);
      await pause(100);
    }
  })();
});
afterAll(async () => {
  watch.over = true;
  await watching;
});

test('a late word of a debt that is paid by then keeps nobody from renting', async () => {
  const { db } = theatre().stage;
  const { id } = await settling.play(theatre(), { on: () => undefined, patienceMs: 30_000 });
  expect(await theatre().end(id)).toEqual({ status: 'CLOSED', breaches: [] });
  const { customer } = await db('bike.rentals').where({ id }).first<{ customer: string }>('customer');
  await new BikeRepository(db).owe(customer, id);
  expect(await new BikeReads(db).owes(customer)).toBe(false);
});

test('at no moment a manager has more in points and deposit together than was earned', async () => {
  expect(watch.looks).toBeGreaterThan(50);
  expect([...watch.seen]).toEqual([]);

  const manager = somebody();
  await theatre().stage.manager(manager, 1_000);
  await theatre().stage.db('bike.managers').where({ manager }).increment('points', 1);
  expect(await richer(theatre().stage.db)).toEqual([manager]);
  await theatre().stage.db('bike.managers').where({ manager }).decrement('points', 1);
});

test.each(['INSERT', 'DELETE'] as const)(
  'money that comes between the two tries to pay a bill pays it (at the %s)',
  async (moment) => {
    const { desk, stage } = theatre();
    const { id, customer } = await rented(theatre(), 999);
    await heldAt(
      stage.db,
      moment,
      id,
      () => desk.bringBack(id, '판교'),
      async () => {
        const order = topUpFor({ customer });
        expect(await desk.topUp(order)).toBe('done');
        await desk.workflow(order.id).result();
      },
    );
    expect(await theatre().end(id)).toEqual({ status: 'CLOSED', breaches: [] });
  },
);

test('money that is enough for one of two bills pays one, and the next pays the other', async () => {
  const { desk, stage } = theatre();
  const first = await rented(theatre(), 0);
  const second = rentalFor(await stage.bike(), { customer: first.customer });
  expect(await desk.rent(second)).toBe('done');
  const ids = [first.id, second.id];
  for (const id of ids) await desk.bringBack(id, '판교');
  const ends = async () =>
    (await Promise.all(ids.map((id) => theatre().end(id)))).map(({ status }) => status);
  expect(await ends()).toEqual(['UNPAID', 'UNPAID']);

  for (const closed of [1, 2]) {
    expect(await desk.topUp(topUpFor({ customer: first.customer, amount: 1_000 }))).toBe('done');
    const done = async () => (await ends()).filter((end) => end === 'CLOSED').length === closed;
    expect(await until(done, { withinMs: 20_000 })).toBe(true);
  }
  for (const id of ids) expect((await theatre().end(id)).breaches).toEqual([]);
});

/** Managers who have more than the points that they began with and earned by reports. */
async function richer(db: Knex): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { manager: string }[] }>(
    `SELECT manager FROM bike.managers m
     WHERE points + (SELECT COALESCE(sum(amount), 0) FROM payment.transfers
                     WHERE kind = 'CONVERSION' AND to_account = 'deposit:' || manager)
       > (SELECT COALESCE(sum(points), 0) FROM bike.point_entries e
          WHERE e.manager = m.manager AND kind IN ('OPENING', 'REPORT'))`,
  );
  return rows.map(({ manager }) => manager);
}
