import { until } from '../../engine/wait';
import { billIdOf } from '../../workflows/billing/contract';
import { card, Cinema } from '../cinema';
import { Courses } from '../courses';
import { Fleet } from '../fleet';
import { Kitchen } from '../kitchen';
import type { Answer, TestClient } from '../test-client';
import type { TestStack } from '../test-stack';
import type { Ids } from './change';

const DEPOSIT = { method: 'deposit' };

/** Things of every kind, in all their statuses. @returns their ids by the names that changes call them by */
export async function liveAll(stack: TestStack): Promise<Ids> {
  const [fleet, rider] = [await Fleet.open(stack), await stack.signIn()];
  // One life after the other: the stack has only just begun.
  return {
    rider: rider.user,
    ...(await atTheCinema(stack)),
    ...(await onKickboards(fleet, rider)),
    ...(await onBikes(fleet, rider)),
    ...(await onDuty(fleet)),
    ...(await inTheKitchen(stack)),
    ...(await onCourses(stack)),
  };
}

function ok({ status, body }: Answer): string {
  if (status !== 200 && status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body.id as string;
}

/** Every kind of movement that seats and top-ups make. */
async function atTheCinema(stack: TestStack): Promise<Ids> {
  const [customer, staff] = [await stack.signIn(), await stack.signIn({ roles: ['staff'] })];
  const cinema = await Cinema.open(stack);
  const topUp = ok(await customer.post('/v1/deposits/top-ups', { amount: 50_000, payment: card() }));
  expect(
    (await customer.post('/v1/deposits/top-ups', { amount: 1_000, payment: card('tok_declined') })).status,
  ).toBe(402);
  const withdrawn = ok(await cinema.book(customer, ['1A'], DEPOSIT));
  const depositBooking = ok(await cinema.book(customer, ['1C'], DEPOSIT));
  expect((await cinema.book(customer, ['1D'], card('tok_declined'))).status).toBe(402);
  const toldBooking = ok(await cinema.book(customer, ['1J'], card(), 'booking'));
  const [
    booking = '',
    otherBooking = '',
    thirdBooking = '',
    chargedBooking = '',
    cancelled = '',
    collected = '',
  ] = await Promise.all(['1E', '1F', '1G', '1I', '1B', '1H'].map((seat) => cinema.booked(customer, [seat])));
  for (const id of [withdrawn, cancelled]) ok(await customer.post(`/v1/bookings/${id}/cancel`));
  const issued = () => stack.db('boxoffice.tickets').where({ booking_id: collected });
  expect(await until(async () => (await issued()).length > 0, { withinMs: 10_000, everyMs: 50 })).toBe(true);
  ok(await staff.post(`/v1/bookings/${collected}/collect`));
  const failed = await stack.db('movie.bookings').where({ status: 'FAILED' }).pluck<string[]>('id');
  return {
    customer: customer.user,
    screening: cinema.screeningId,
    topUp,
    booking,
    otherBooking,
    thirdBooking,
    chargedBooking,
    toldBooking,
    depositBooking,
    withdrawn,
    cancelled,
    collected,
    failedBooking: failed[0] ?? '',
  };
}

const giveBack = async (customer: TestClient, hire: string) =>
  ok(await customer.post(`/v1/${hire}/return`, { location: '판교' }));

/** A pass with a ride open on it and one that is used, and one that was never paid. */
async function onKickboards(fleet: Fleet, rider: TestClient): Promise<Ids> {
  const [kickboard, freeKickboard, unusedKickboard] = await Promise.all(
    [1, 2, 3].map(() => fleet.kickboard()),
  );
  const [pass, usedPass, unusedPass] = await Promise.all([
    fleet.pass(rider, '2'),
    fleet.pass(rider),
    fleet.pass(rider),
  ]);
  expect((await rider.post('/v1/passes', { type: '1', payment: card('tok_declined') })).status).toBe(402);
  const failed = await fleet.stack.db('kickboard.passes').where({ status: 'FAILED' }).pluck<string[]>('id');
  const ride = await fleet.ride(rider, `${kickboard}`, pass);
  const returnedRide = await fleet.ride(rider, `${freeKickboard}`, usedPass);
  await giveBack(rider, `rides/${returnedRide}`);
  return {
    kickboard: `${kickboard}`,
    freeKickboard: `${freeKickboard}`,
    unusedKickboard: `${unusedKickboard}`,
    pass,
    usedPass,
    unusedPass,
    failedPass: `${failed[0]}`,
    ride,
    returnedRide,
  };
}

/** Rentals that were paid, one that is open, and three of a customer without a deposit. */
async function onBikes(fleet: Fleet, rider: TestClient): Promise<Ids> {
  const poor = await fleet.stack.signIn();
  await fleet.topUp(rider, 5_000);
  const [bike, freeBike] = [await fleet.bike('판교'), await fleet.bike()];
  const rented = async (customer: TestClient) => fleet.rent(customer, await fleet.bike());
  const paid = {
    rental: await fleet.rent(rider, freeBike),
    otherRental: await rented(rider),
    thirdRental: await rented(rider),
  };
  const unpaid = {
    unpaidRental: await rented(poor),
    otherUnpaidRental: await rented(poor),
    thirdUnpaidRental: await rented(poor),
  };
  for (const id of Object.values(paid)) await giveBack(rider, `rentals/${id}`);
  for (const id of Object.values(unpaid)) await giveBack(poor, `rentals/${id}`);
  for (const id of Object.values(paid)) await fleet.billed(rider, id);
  for (const id of Object.values(unpaid)) await fleet.billed(poor, id, 'UNPAID');
  const openRental = await fleet.rent(rider, bike);
  await fleet.billed(rider, openRental, 'OPEN');
  const rentals = { ...paid, ...unpaid, openRental };
  const bills = Object.entries(rentals).map(([name, id]) => [
    name.replace(/[rR]ental$/, 'Bill'),
    billIdOf(id),
  ]);
  const { Bill: bill = '', ...others } = Object.fromEntries(bills) as Record<string, string>;
  return { poor: poor.user, bike, freeBike, ...rentals, bill, ...others };
}

/** A course that a customer likes, bookmarks, comments on and reviews, as another does; and one that is deleted. */
async function onCourses(stack: TestStack): Promise<Ids> {
  const [courses, fan] = [await Courses.open(stack), await stack.signIn()];
  const [course, quietCourse, deletedCourse] = [
    await courses.register(),
    await courses.register(),
    await courses.register(),
  ];
  for (const id of [course, deletedCourse])
    for (const mark of ['like', 'bookmark'])
      expect((await fan.call('PUT', `/v1/courses/${id}/${mark}`)).status).toBe(204);
  const comment = ok(await fan.post(`/v1/courses/${course}/comments`, { text: '좋아요' }));
  const reviewed = async (customer: TestClient, rating: number) =>
    ok(await customer.post(`/v1/courses/${course}/reviews`, { rating, text: '좋아요' }));
  const review = await reviewed(fan, 5);
  await reviewed(await stack.signIn(), 4);
  await courses.host.call('DELETE', `/v1/courses/${deletedCourse}`);
  return { course, quietCourse, deletedCourse, fan: fan.user, comment, review };
}

/** Two reports, and 1,000 of 2,000 points that become money. */
async function onDuty(fleet: Fleet): Promise<Ids> {
  const manager = await fleet.manager(1_000);
  const reportedBike = await fleet.bike();
  const report = async () => ok(await fleet.report(manager, reportedBike, true));
  const convert = async (points: number) => ok(await manager.post('/v1/managers/me/conversions', { points }));
  return {
    manager: manager.user,
    reportedBike,
    report: await report(),
    otherReport: await report(),
    conversion: await convert(500),
    otherConversion: await convert(300),
    thirdConversion: await convert(200),
  };
}

/** Orders on their way, one that was delivered, one that was cancelled, and one that was never paid. */
async function inTheKitchen(stack: TestStack): Promise<Ids> {
  const [kitchen, customer] = [await Kitchen.open(stack), await stack.signIn()];
  const [order, otherOrder, delivered, cancelled] = await Promise.all(
    [1, 2, 3, 4].map(() => kitchen.delivering(customer)),
  );
  const declinedOrder = await kitchen.ordered(customer, card('tok_declined'));
  ok(await kitchen.complete(delivered.delivery.id as string));
  ok(await kitchen.cancel(customer, cancelled.id as string));
  await kitchen.comesTo(customer, declinedOrder, 'CANCELLED');
  return {
    order: order.id,
    delivery: order.delivery.id,
    otherOrder: otherOrder.id,
    otherDelivery: otherOrder.delivery.id,
    deliveredOrder: delivered.id,
    cancelledOrder: cancelled.id,
    declinedOrder,
  };
}
