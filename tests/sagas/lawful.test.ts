import { movePoints, type PointKind } from '../../activities/bike/points';
import { chargeKey } from '../../activities/payment/keys';
import { transfer } from '../../activities/payment/ledger';
import { rented } from './acts/rental';
import { Theatre } from './theatre';
import { conversionFor, passFor, reportFor, rideFor, somebody } from './vehicles';

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(() => theatre.close());

const POINTS = 600;

/** Things of each kind, as they should be. @returns the id */
const MADE = {
  booking: () => theatre.booked(),
  pass: () => {
    const order = passFor();
    return heard('done', order.id, theatre.desk.buyPass(order));
  },
  ride: async () => {
    const order = await readyToRide();
    return heard('done', order.id, theatre.desk.ride(order));
  },
  refusedRide: async () => {
    const order = await readyToRide();
    theatre.faults.plan(order.id, 'claim', 'refuses', 'kickboard-unavailable');
    return heard('kickboard-unavailable', order.id, theatre.desk.ride(order));
  },
  rental: async () => (await rented(theatre, 10_000)).id,
  paidRental: () => returned(10_000),
  unpaidRental: () => returned(999),
  report: async () => {
    const order = reportFor(await theatre.stage.bike(), await manager());
    return heard('done', order.id, theatre.desk.report(order));
  },
  order: () => theatre.delivering(),
  deliveredOrder: async () => {
    const id = await theatre.delivering();
    return heard('done', id, theatre.desk.complete(id));
  },
  cancelledOrder: async () => {
    const id = await theatre.delivering();
    return heard('done', id, theatre.desk.cancel(id));
  },
  conversion: async () => {
    const order = conversionFor(await manager(), POINTS);
    return heard('done', order.id, theatre.desk.convert(order));
  },
};

const BREACHES: [
  planted: string,
  on: keyof typeof MADE,
  plant: (id: string) => Promise<unknown>,
  seen: string,
][] = [
  ['money that went back', 'booking', refundBehindOurBack, 'the bank says: capture,refund'],
  [
    'a freed seat',
    'booking',
    set('movie.seat_claims', { status: 'FREED' }, 'booking_id'),
    'its seats are FREED',
  ],
  [
    'a void ticket',
    'booking',
    set('boxoffice.tickets', { status: 'VOID' }, 'booking_id'),
    'its ticket is VOID',
  ],
  ['a booking left pending', 'booking', set('movie.bookings', { status: 'PENDING' }), 'PENDING is no end'],
  [
    'a booking that ended without its workflow',
    'booking',
    set('movie.bookings', { status: 'NO_SHOW' }),
    'its workflow is RUNNING',
  ],
  ['a charge that our books do not know', 'booking', voidCharge, 'our books say: nothing'],

  ['money of a pass that went back', 'pass', refundBehindOurBack, 'say: capture,refund: provider revenue'],
  [
    'a pass that failed and whose capture stayed',
    'pass',
    set('kickboard.passes', { status: 'FAILED', failure: 'conflict' }),
    'FAILED, but bank and books say: capture: provider revenue',
  ],
  [
    'a pass that somebody else paid for',
    'pass',
    set('kickboard.passes', { payment_id: 'pay_other' }),
    'another payment paid for it',
  ],
  [
    'a pass left unpaid',
    'pass',
    set('kickboard.passes', { status: 'READY_FOR_PAY' }),
    'READY_FOR_PAY is no end',
  ],

  ['a free kickboard under its rider', 'ride', kickboard('RETURNED'), 'its kickboard is RETURNED'],
  ['a ride that its pass did not pay for', 'ride', ridesLeft(1, 'AVAILABLE'), '1 rides are left'],
  [
    'a ride that ended without its workflow',
    'ride',
    set('kickboard.rides', { status: 'RETURNED', ended_at: new Date(Date.now() + 60_000) }),
    'its workflow is RUNNING',
  ],
  ['a refused ride that the pass paid for', 'refusedRide', ridesLeft(0, 'USED'), '0 rides are left'],
  ['a refused ride that keeps its kickboard', 'refusedRide', kickboard('RENTED'), 'its kickboard is RENTED'],

  ['a free bike under its rider', 'rental', bike({ status: 'AVAILABLE' }), 'its bike is AVAILABLE'],
  ['a bike that nobody rides and nobody can', 'paidRental', bike({ status: 'IN_USE' }), 'its bike is IN_USE'],
  ['a fee that was taken twice', 'paidRental', payAgain, 'our books say: deposit revenue,deposit revenue'],
  [
    'a fee that is not by the tariff',
    'paidRental',
    set('billing.bills', { fee: 2_000 }, 'rental_id'),
    'its fee is 2000',
  ],
  ['a debt for what is paid', 'paidRental', owe, 'debt: true'],
  [
    'a bill that was closed and not paid',
    'unpaidRental',
    set('billing.bills', { status: 'CLOSED' }, 'rental_id'),
    'CLOSED, but our books say: nothing',
  ],
  ['an unpaid bill that nobody owes', 'unpaidRental', forget('bike.debts'), 'debt: false'],
  ['an unpaid bill that payment forgot', 'unpaidRental', forget('payment.unpaid_bills'), 'unpaid: nothing'],

  [
    'a report that its bike does not show',
    'report',
    bike({ battery_level: 41 }, 'bike.reports'),
    'its bike is another',
  ],
  [
    'a refused report whose bike shows it',
    'report',
    set('bike.reports', { status: 'REFUSED', failure: 'conflict' }),
    'REFUSED, but its bike is as reported',
  ],
  [
    'a refused report that earned points',
    'report',
    set('bike.reports', { status: 'REFUSED', failure: 'conflict' }),
    'the points that moved: REPORT 500',
  ],

  [
    'points that were credited and given back',
    'conversion',
    giveBackToo,
    'there are 1000 points and 600 KRW',
  ],
  [
    'points that were taken for nothing',
    'conversion',
    set('payment.conversions', { status: 'FAILED', failure: 'conflict' }),
    'the payment service has it FAILED',
  ],
  ['points left in mid-air', 'conversion', set('bike.conversions', { status: 'TAKEN' }), 'TAKEN is no end'],
  ['money of an order that went back', 'order', refundBehindOurBack, 'say: capture,refund: provider revenue'],
  ['an order whose delivery was called off', 'order', delivery('CANCELLED'), 'its delivery is CANCELLED'],
  [
    'an order that ended without its workflow',
    'order',
    set('food.orders', { status: 'DELIVERED' }),
    'its workflow is RUNNING',
  ],
  [
    'an order that somebody else paid for',
    'order',
    set('food.orders', { payment_id: 'pay_other' }),
    'another payment paid for it',
  ],
  [
    'a charge of an order that is left in doubt',
    'order',
    (id) => set('payment.charges', { state: 'UNKNOWN' }, 'key')(chargeKey(id)),
    'its charge is UNKNOWN',
  ],
  ['an order left unpaid', 'order', unpaid, 'ORDERED is no end'],
  [
    'a delivered order that is still under way',
    'deliveredOrder',
    delivery('STARTED'),
    'its delivery is STARTED',
  ],
  ['a cancelled order that is delivered', 'cancelledOrder', delivery('STARTED'), 'its delivery is STARTED'],
  [
    'a cancelled order whose money stayed',
    'deliveredOrder',
    set('food.orders', { status: 'CANCELLED', payment: 'REFUNDED', reason: 'cancelled-by-customer' }),
    'CANCELLED, but bank and books say: capture: provider revenue',
  ],
  ['points that nobody wrote down', 'conversion', onePointMore, 'the points that moved: CONVERSION -600'],
];

test.concurrent.each(BREACHES)('control: %s is seen', async (_, on, plant, seen) => {
  const id = await MADE[on]();
  expect((await theatre.end(id)).breaches).toEqual([]);
  await plant(id);
  expect((await theatre.breachesNow(id)).join('; ')).toContain(seen);
});

async function heard(what: string, id: string, answer: Promise<string>): Promise<string> {
  expect(await answer).toBe(what);
  return id;
}

async function readyToRide() {
  const pass = passFor();
  await theatre.stage.bought(pass);
  const kickboardId = await theatre.stage.kickboard();
  return rideFor({ customer: pass.customer, kickboardId, passId: pass.id });
}

async function returned(deposit: number): Promise<string> {
  const { id } = await rented(theatre, deposit);
  return heard('done', id, theatre.desk.bringBack(id, '판교'));
}

async function manager(): Promise<string> {
  const user = somebody();
  await theatre.stage.manager(user, 1_000);
  return user;
}

function set(table: string, change: object, key = 'id') {
  return (id: string) =>
    theatre.stage
      .db(table)
      .where({ [key]: id })
      .update(change);
}

async function refundBehindOurBack(id: string): Promise<void> {
  const { url } = theatre.stage.config.provider;
  const found = await fetch(`${url}/charges?key=${encodeURIComponent(chargeKey(id))}`);
  const { data } = (await found.json()) as { data: { id: string; amount: number }[] };
  const refunded = await fetch(`${url}/charges/${data[0]!.id}/refunds`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `${id}/refund/stray` },
    body: JSON.stringify({ amount: data[0]!.amount }),
  });
  expect(refunded.status).toBe(201);
}

function voidCharge(id: string) {
  return set('payment.charges', { state: 'VOID' }, 'key')(chargeKey(id));
}

function unpaid(order: string) {
  return set('food.orders', { status: 'ORDERED', payment: 'PENDING', payment_id: null })(order);
}

function delivery(status: string) {
  return (order: string) =>
    theatre.stage
      .db('delivery.deliveries')
      .where({ order_id: order })
      .update({ status, completed_by: null, completed_at: null });
}

function kickboard(status: string) {
  return (ride: string) =>
    theatre.stage
      .db('kickboard.kickboards')
      .whereIn('id', theatre.stage.db('kickboard.rides').where({ id: ride }).select('kickboard_id'))
      .update({ status });
}

function ridesLeft(left: number, status: string) {
  return (ride: string) =>
    theatre.stage
      .db('kickboard.passes')
      .whereIn('id', theatre.stage.db('kickboard.rides').where({ id: ride }).select('pass_id'))
      .update({ rides_left: left, status });
}

function bike(change: object, things = 'bike.rentals') {
  return (id: string) =>
    theatre.stage
      .db('bike.bikes')
      .whereIn('id', theatre.stage.db(things).where({ id }).select('bike_id'))
      .update(change);
}

async function customerOf(rental: string): Promise<string> {
  const row = await theatre.stage.db('bike.rentals').where({ id: rental }).first<{ customer: string }>();
  return row.customer;
}

async function payAgain(rental: string): Promise<void> {
  const from = `deposit:${await customerOf(rental)}` as const;
  await theatre.stage.db.transaction((tx) =>
    transfer(tx, {
      key: `${rental}/again`,
      kind: 'BILL',
      from,
      to: 'revenue:bike',
      amount: 1_000,
      businessId: rental,
    }),
  );
}

async function owe(rental: string): Promise<void> {
  await theatre.stage.db('bike.debts').insert({ rental_id: rental, customer: await customerOf(rental) });
}

function forget(table: string) {
  return (rental: string) => theatre.stage.db(table).where({ rental_id: rental }).delete();
}

async function managerOf(conversion: string): Promise<string> {
  const { db } = theatre.stage;
  const row = await db('bike.conversions').where({ id: conversion }).first<{ manager: string }>('manager');
  return row.manager;
}

async function giveBackToo(id: string): Promise<void> {
  const kind: PointKind = 'GIVEN_BACK';
  await movePoints(theatre.stage.db, { manager: await managerOf(id), kind, points: POINTS, reference: id });
}

async function onePointMore(id: string): Promise<void> {
  await theatre.stage
    .db('bike.managers')
    .where({ manager: await managerOf(id) })
    .increment('points', 1);
}
