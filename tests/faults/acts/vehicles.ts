import { card } from '../../cinema';
import type { Act, Step } from './act';

const buying = (token?: string): Act => ({
  of: 'kickboard.passes',
  prepare: ({ minji }) =>
    Promise.resolve(() => minji.post('/v1/passes', { type: '1', payment: card(token) })),
});
const riding: Act = {
  of: 'kickboard.rides',
  prepare: async ({ minji, fleet }) => {
    const [kickboardId, passId] = await Promise.all([fleet.kickboard(), fleet.pass(minji)]);
    return () => minji.post('/v1/rides', { kickboardId, passId });
  },
};
const returningARide: Act = {
  of: 'kickboard.rides',
  prepare: async ({ minji, fleet }) => {
    const ride = await fleet.ride(minji, await fleet.kickboard(), await fleet.pass(minji));
    return () => fleet.bringBack(minji, ride);
  },
};

const renting: Act = {
  of: 'bike.rentals',
  prepare: async ({ minji, fleet }) => {
    const bikeId = await fleet.bike();
    return () => minji.post('/v1/rentals', { bikeId });
  },
};
const returning = (deposit = 5_000): Act => ({
  of: 'bike.rentals',
  prepare: async ({ minji, fleet }) => {
    if (deposit > 0) await fleet.topUp(minji, deposit);
    const rental = await fleet.rent(minji, await fleet.bike());
    await fleet.billed(minji, rental, 'OPEN');
    return () => fleet.bringBack(minji, rental);
  },
});
const payingDebts: Act = {
  of: 'bike.rentals',
  prepare: async ({ minji, fleet }) => {
    const rental = await fleet.rent(minji, await fleet.bike());
    await fleet.bringBack(minji, rental);
    await fleet.billed(minji, rental, 'UNPAID');
    return () => minji.post('/v1/deposits/top-ups', { amount: 5_000, payment: card() });
  },
};

const reporting: Act = {
  of: 'bike.reports',
  points: 0,
  prepare: async ({ minji: suho, fleet }) => {
    const bike = await fleet.bike();
    return () => fleet.report(suho, bike, false);
  },
};
const converting: Act = {
  of: 'bike.conversions',
  points: 1_000,
  prepare: ({ minji: suho }) =>
    Promise.resolve(() => suho.post('/v1/managers/me/conversions', { points: 1_000 })),
};

export const VEHICLES: Step[] = [
  ['kickboard', 'openPass', buying(), [503, 'FAILED'], [503, 'FAILED']],
  ['kickboard', 'confirmPass', buying(), [503, 'FAILED'], [201, 'AVAILABLE']],
  ['kickboard', 'failPass', buying('tok_declined'), [503, 'FAILED'], [402, 'FAILED']],
  ['kickboard', 'claim', riding, [503, 'REFUSED'], [201, 'RENTED']],
  ['kickboard', 'takeBack', returningARide, [503, 'RENTED'], [200, 'RETURNED']],

  ['bike', 'claim', renting, [503, 'REFUSED'], [201, 'RENTED']],
  ['bike', 'takeBack', returning(), [503, 'RENTED'], [200, 'RETURNED']],
  ['bike', 'owe', returning(0), [200, 'RETURNED'], [200, 'RETURNED']],
  ['bike', 'oweNoMore', payingDebts, [201, 'RETURNED'], [201, 'RETURNED']],
  ['bike', 'applyReport', reporting, [503, 'REFUSED'], [201, 'APPLIED']],
  ['bike', 'takePoints', converting, [503, 'REFUSED'], [503, 'GIVEN_BACK']],
  ['bike', 'converted', converting, [201, 'CONVERTED'], [201, 'CONVERTED']],

  ['billing', 'openBill', renting, [201, 'RENTED'], [201, 'RENTED']],
  ['billing', 'assess', returning(), [200, 'RETURNED'], [200, 'RETURNED']],
  ['billing', 'leaveUnpaid', returning(0), [200, 'RETURNED'], [200, 'RETURNED']],
  ['billing', 'close', returning(), [200, 'RETURNED'], [200, 'RETURNED']],

  ['payment', 'payBill', returning(), [200, 'RETURNED'], [200, 'RETURNED']],
  ['payment', 'creditConversion', converting, [503, 'GIVEN_BACK'], [201, 'CONVERTED']],
];
