import { typeid } from 'typeid-js';
import type { RideKickboard } from '../../../workflows/kickboard/contract';
import { card } from '../../cinema';
import { type Outcome, type Play, type Row, type Scenario, start, statusIn } from './scenario';

const buying = (token = 'tok_ok'): Scenario => ({
  name: `buying a pass, ${token}`,
  prepare: ({ customer }) =>
    Promise.resolve(() => customer.post('/v1/passes', { type: '1', payment: card(token) })),
  end: statusIn('kickboard.passes'),
});

const MARKS = `concat_ws(', ', status, CASE WHEN reminded_at IS NOT NULL THEN 'reminded' END,
  CASE WHEN missing_at IS NOT NULL THEN 'missing' END) AS ride`;
async function ride({ stack, customer }: Play): Promise<string> {
  const rides = stack.db('kickboard.rides').where({ customer: customer.user });
  return (await rides.select<{ ride: string }[]>(stack.db.raw(MARKS))).map(({ ride }) => ride).join();
}
const riding: Scenario = {
  name: 'riding a kickboard',
  prepare: async ({ customer, fleet }) => {
    const [kickboardId, passId] = await Promise.all([fleet.kickboard(), fleet.pass(customer)]);
    return () => customer.post('/v1/rides', { kickboardId, passId });
  },
  end: ride,
};
const returningARide: Scenario = {
  name: 'returning a kickboard',
  isAct: true,
  prepare: async ({ customer, fleet }) => {
    const ride = await fleet.ride(customer, await fleet.kickboard(), await fleet.pass(customer));
    return () => fleet.bringBack(customer, ride);
  },
  end: ride,
};
/** A ride that was due so many minutes before it began. */
const overdue = (minutes: number): Scenario => ({
  name: `a ride ${minutes} minutes overdue`,
  prepare: async (play) => {
    const { stack, customer, fleet } = play;
    const [kickboardId, passId] = await Promise.all([fleet.kickboard(), fleet.pass(customer)]);
    return async () => {
      await stack.db.raw('ALTER TABLE kickboard.rides DROP CONSTRAINT IF EXISTS rides_minutes_check');
      const id = typeid('rid').toString();
      const answerBy = Date.now() + 4_000;
      const order: RideKickboard = {
        id,
        customer: customer.user,
        kickboardId,
        passId,
        minutes: -minutes,
        answerBy,
      };
      await start(play, 'kickboard', 'rideKickboard', id, [order]);
      return undefined;
    };
  },
  end: ride,
});

const renting: Scenario = {
  name: 'renting a bike',
  prepare: async ({ customer, fleet }) => {
    const bikeId = await fleet.bike();
    return () => customer.post('/v1/rentals', { bikeId });
  },
  end: statusIn('bike.rentals'),
};
const returning = (deposit: number): Scenario => ({
  name: `returning a bike, deposit ${deposit}`,
  isAct: true,
  prepare: async ({ customer, fleet }) => {
    if (deposit > 0) await fleet.topUp(customer, deposit);
    const rental = await fleet.rent(customer, await fleet.bike());
    await fleet.billed(customer, rental, 'OPEN');
    return () => fleet.bringBack(customer, rental);
  },
  end: statusIn('bike.rentals'),
});
const payingDebts: Scenario = {
  name: 'topping up for an unpaid bill',
  prepare: async ({ customer, fleet }) => {
    const rental = await fleet.rent(customer, await fleet.bike());
    await fleet.bringBack(customer, rental);
    await fleet.billed(customer, rental, 'UNPAID');
    return () => customer.post('/v1/deposits/top-ups', { amount: 5_000, payment: card() });
  },
  end: statusIn('bike.rentals'),
};

const register = ({ admin, customer }: Play, points: number) =>
  admin.post('/v1/managers', { user: customer.user, points });
const reporting: Scenario = {
  name: 'reporting a bike',
  prepare: async (play) => {
    const [bike] = await Promise.all([play.fleet.bike(), register(play, 0)]);
    return () => play.fleet.report(play.customer, bike, false);
  },
  end: statusIn('bike.reports', 'manager'),
};
const converting: Scenario = {
  name: 'converting points',
  prepare: async (play) => {
    await register(play, 1_000);
    return () => play.customer.post('/v1/managers/me/conversions', { points: 1_000 });
  },
  end: statusIn('bike.conversions', 'manager'),
};

const REFUSED: Outcome = [503, 'REFUSED'];
const RENTED: Outcome = [201, 'RENTED'];
const RETURNED: Outcome = [200, 'RETURNED'];
const APPLIED: Outcome = [201, 'APPLIED'];
const CONVERTED: Outcome = [201, 'CONVERTED'];
const GIVEN_BACK: Outcome = [503, 'GIVEN_BACK'];
const REMINDED: Outcome = ['none', 'RENTED, reminded'];
const MISSING: Outcome = ['none', 'RENTED, reminded, missing'];

export const VEHICLES: Row[] = [
  ['kickboard', 'openPass', buying(), [503, 'FAILED'], [503, 'FAILED']],
  ['kickboard', 'confirmPass', buying(), [503, 'FAILED'], [201, 'AVAILABLE']],
  ['kickboard', 'failPass', buying('tok_declined'), [503, 'FAILED'], [402, 'FAILED']],
  ['kickboard', 'claim', riding, REFUSED, RENTED],
  ['kickboard', 'refuseRide', { ...riding, fails: { claim: 'refused' } }, REFUSED, REFUSED],
  ['kickboard', 'refuseRide', { ...riding, fails: { claim: 'lost' } }, RENTED, RENTED],
  ['kickboard', 'takeBack', returningARide, [503, 'RENTED'], RETURNED],
  ['kickboard', 'remind', overdue(1), REMINDED, REMINDED],
  ['kickboard', 'miss', overdue(25 * 60), MISSING, MISSING],

  ['bike', 'claim', renting, REFUSED, RENTED],
  ['bike', 'refuseRental', { ...renting, fails: { claim: 'refused' } }, REFUSED, REFUSED],
  ['bike', 'refuseRental', { ...renting, fails: { claim: 'lost' } }, RENTED, RENTED],
  ['bike', 'takeBack', returning(5_000), [503, 'RENTED'], RETURNED],
  ['bike', 'owe', returning(0), RETURNED, RETURNED],
  ['bike', 'oweNoMore', payingDebts, [201, 'RETURNED'], [201, 'RETURNED']],
  ['bike', 'applyReport', reporting, REFUSED, APPLIED],
  ['bike', 'refuseReport', { ...reporting, fails: { applyReport: 'refused' } }, REFUSED, REFUSED],
  ['bike', 'refuseReport', { ...reporting, fails: { applyReport: 'lost' } }, APPLIED, APPLIED],
  ['bike', 'takePoints', converting, REFUSED, GIVEN_BACK],
  ['bike', 'givePointsBack', { ...converting, fails: { takePoints: 'lost' } }, GIVEN_BACK, GIVEN_BACK],
  ['bike', 'converted', converting, CONVERTED, CONVERTED],

  ['billing', 'openBill', renting, RENTED, RENTED],
  ['billing', 'assess', returning(5_000), RETURNED, RETURNED],
  ['billing', 'leaveUnpaid', returning(0), RETURNED, RETURNED],
  ['billing', 'close', returning(5_000), RETURNED, RETURNED],

  ['payment', 'payBill', returning(5_000), RETURNED, RETURNED],
  ['payment', 'creditConversion', converting, GIVEN_BACK, CONVERTED],
  [
    'payment',
    'refuseConversion',
    { ...converting, fails: { creditConversion: 'refused' } },
    GIVEN_BACK,
    GIVEN_BACK,
  ],
  [
    'payment',
    'refuseConversion',
    { ...converting, fails: { creditConversion: 'lost' } },
    CONVERTED,
    CONVERTED,
  ],
];
