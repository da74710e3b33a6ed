import { billIdOf } from '../../workflows/billing/contract';
import { card, Cinema } from '../cinema';
import { Courses } from '../courses';
import type { Answer, TestClient } from '../test-client';
import { type Fleet } from '../fleet';
import { Kitchen } from '../kitchen';
import type { TestStack } from '../test-stack';

const DEPOSIT = { method: 'deposit' };

export type Ids = Record<string, string>;

function ok({ status, body }: Answer): string {
  if (status !== 200 && status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body.id as string;
}

/** Every kind of movement that seats and top-ups make, once each. */
export async function atTheCinema(stack: TestStack): Promise<Ids> {
  const customer = await stack.signIn();
  const cinema = await Cinema.open(stack);
  ok(await customer.post('/v1/deposits/top-ups', { amount: 50_000, payment: card() }));
  const fromDeposit = ok(await cinema.book(customer, ['1A'], DEPOSIT));
  const cancelled = await cinema.booked(customer, ['1B']);
  for (const id of [fromDeposit, cancelled]) ok(await customer.post(`/v1/bookings/${id}/cancel`));
  ok(await cinema.book(customer, ['1C'], DEPOSIT));
  expect((await cinema.book(customer, ['1D'], card('tok_declined'))).status).toBe(402);
  return { booking: await cinema.booked(customer, ['1E']) };
}

const giveBack = async (customer: TestClient, hire: string) =>
  ok(await customer.post(`/v1/${hire}/return`, { location: '판교' }));

/** A pass with a ride open on it and one that is used, and one that was never paid. */
export async function onKickboards(fleet: Fleet, rider: TestClient): Promise<Ids> {
  const [kickboard, freeKickboard] = [await fleet.kickboard(), await fleet.kickboard()];
  const [pass, usedPass] = [await fleet.pass(rider, '2'), await fleet.pass(rider)];
  expect((await rider.post('/v1/passes', { type: '1', payment: card('tok_declined') })).status).toBe(402);
  const ride = await fleet.ride(rider, kickboard, pass);
  const returnedRide = await fleet.ride(rider, freeKickboard, usedPass);
  await giveBack(rider, `rides/${returnedRide}`);
  return { rider: rider.user, kickboard, freeKickboard, pass, usedPass, ride, returnedRide };
}

/** Two rentals that were paid, one that is open, and three of somebody without a deposit. */
export async function onBikes(fleet: Fleet, rider: TestClient): Promise<Ids> {
  const poor = await fleet.stack.signIn();
  await fleet.topUp(rider, 5_000);
  const [freeBike, bike] = [await fleet.bike(), await fleet.bike('판교')];
  const rented = async (customer: TestClient) => fleet.rent(customer, await fleet.bike());
  const paid = { rental: await fleet.rent(rider, freeBike), otherRental: await rented(rider) };
  const unpaid = {
    unpaidRental: await rented(poor),
    forgottenRental: await rented(poor),
    pardonedRental: await rented(poor),
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
  const { Bill: bill = '', ...others } = Object.fromEntries(bills) as Ids;
  return { freeBike, bike, poor: poor.user, ...rentals, bill, ...others };
}

/** A course that a customer likes, bookmarks, comments on and reviews, as another does; and one that is deleted. */
export async function onCourses(stack: TestStack): Promise<Ids> {
  const [courses, fan] = [await Courses.open(stack), await stack.signIn()];
  const [course, deletedCourse] = [await courses.register(), await courses.register()];
  for (const id of [course, deletedCourse])
    for (const mark of ['like', 'bookmark'])
      expect((await fan.call('PUT', `/v1/courses/${id}/${mark}`)).status).toBe(204);
  ok(await fan.post(`/v1/courses/${course}/comments`, { text: '좋아요' }));
  const reviewed = async (customer: TestClient, rating: number) =>
    ok(await customer.post(`/v1/courses/${course}/reviews`, { rating, text: '좋아요' }));
  const review = await reviewed(fan, 5);
  await reviewed(await stack.signIn(), 4);
  await courses.host.call('DELETE', `/v1/courses/${deletedCourse}`);
  return { course, deletedCourse, fan: fan.user, review };
}

/** Two reports, and 1,000 of 2,000 points that become money. */
export async function onDuty(fleet: Fleet): Promise<Ids> {
  const manager = await fleet.stack.signIn({ roles: ['manager'] });
  const { user } = manager;
  expect((await fleet.admin.post('/v1/managers', { user, points: 1_000 })).status).toBe(201);
  const [bike, condition] = [await fleet.bike(), { batteryLevel: 50, usable: true }];
  const report = async () => ok(await manager.post(`/v1/bikes/${bike}/reports`, condition));
  const convert = async (points: number) => ok(await manager.post('/v1/managers/me/conversions', { points }));
  return {
    manager: user,
    report: await report(),
    otherReport: await report(),
    conversion: await convert(500),
    returnedConversion: await convert(300),
    takenConversion: await convert(200),
  };
}

/** An order that is on its way, one that was delivered, one that was cancelled, and one that was never paid. */
export async function inTheKitchen(stack: TestStack): Promise<Ids> {
  const [kitchen, customer] = [await Kitchen.open(stack), await stack.signIn()];
  const order = await kitchen.delivering(customer);
  const delivered = await kitchen.delivering(customer);
  const cancelled = await kitchen.delivering(customer);
  const declined = await kitchen.ordered(customer, card('tok_declined'));
  ok(await kitchen.complete(delivered.delivery.id as string));
  ok(await kitchen.cancel(customer, cancelled.id as string));
  await kitchen.comesTo(customer, declined, 'CANCELLED');
  return {
    order: order.id,
    delivery: order.delivery.id,
    deliveredOrder: delivered.id,
    cancelledOrder: cancelled.id,
    declinedOrder: declined,
  };
}
