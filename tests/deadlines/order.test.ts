import { DeliveryRepository } from '../../activities/delivery/repository';
import { until } from '../../engine/wait';
import { Faults } from '../sagas/faults';
import { mealFor } from '../sagas/orders';
import { TimeLapse } from './time-lapse';

const MINUTE = 60_000;
const SOON = { withinMs: 20_000, everyMs: 50 };

let time: TimeLapse;
// A step that is called off before anybody has begun it keeps the clock from running ahead ever after.
beforeEach(async () => {
  time = await TimeLapse.open(['food', 'delivery']);
});
afterEach(() => time.close());

async function ordered(token = 'tok_ok') {
  const order = mealFor({
    payment: { method: 'card', token },
    answerBy: (await time.now()) + MINUTE,
  });
  expect(await time.client.order(order)).toBe('done');
  return order;
}

const comesTo = (id: string, status: string) => until(async () => (await time.statusOf(id)) === status, SOON);
const reasonOf = async (id: string) => {
  const row = await time.backend.db('food.orders').where({ id }).first<{ reason: string }>('reason');
  return row.reason;
};
const isInDoubt = async (id: string) => {
  const unknown = { key: `${id}/charge`, state: 'UNKNOWN' };
  return (await time.backend.db('payment.charges').where(unknown)).length > 0;
};
const courierOf = async (delivery: string) => {
  const row = await time.backend
    .db('delivery.deliveries')
    .where({ id: delivery })
    .first<{ courier: string | null } | undefined>('courier');
  return row && row.courier;
};
const isWith = (delivery: string, courier: string | null) =>
  until(async () => (await courierOf(delivery)) === courier, SOON);

test('payment is down for 31 minutes: the order is cancelled, told so, and never charged', async () => {
  const { id } = await ordered();
  await time.isAskedFor(id);
  await time.passesWithout('payment', 29 * MINUTE);
  expect(await time.statusOf(id)).toBe('ORDERED');
  await time.isAskedFor(id);
  await time.passesWithout('payment', 2 * MINUTE);
  expect(await time.ends(id)).toBe(true);
  expect([await time.statusOf(id), await reasonOf(id)]).toEqual(['CANCELLED', 'payment-too-late']);
  expect(await time.toldOf('food', id)).toBe('ordered,cancelled');
  await time.serve('payment');
  expect(await time.backend.db('payment.charges').where('key', 'like', `${id}/%`)).toEqual([]);
  expect(await time.breaches(id)).toEqual([]);
});

test('money of which nobody can say whether it was taken when the 30 minutes are over goes back', async () => {
  const { provider } = time.backend;
  const { id, totalPrice } = await ordered('tok_lost');
  await time.isAskedFor(id);
  await time.passesWithout('payment', 27 * MINUTE);
  await time.serve('payment');
  expect(await until(async () => (await provider.netOf(id)) === totalPrice, SOON)).toBe(true);
  await provider.faults({ down: true });
  expect(await until(() => isInDoubt(id), SOON)).toBe(true);
  await time.passes(2 * MINUTE);
  expect(await time.statusOf(id)).toBe('ORDERED');
  await time.passes(2 * MINUTE);
  expect(await comesTo(id, 'CANCELLED')).toBe(true);
  expect(await reasonOf(id)).toBe('payment-too-late');

  await provider.heal();
  expect(await provider.netOf(id)).toBe(totalPrice);
  await time.passes(MINUTE);
  expect(await time.ends(id)).toBe(true);
  expect(await provider.netOf(id)).toBe(0);
  expect(await time.breaches(id)).toEqual([]);
});

test('cancelled while nobody can say what became of the charge: when the 30 minutes are over, the order is', async () => {
  const { provider } = time.backend;
  const faults = new Faults({ cancel: () => Promise.resolve(), topUp: () => Promise.resolve() });
  await time.serve('payment', faults.interceptors);
  const { id, totalPrice } = await ordered('tok_lost');
  expect(await until(async () => (await provider.netOf(id)) === totalPrice, SOON)).toBe(true);
  await provider.faults({ down: true });
  expect(await until(() => isInDoubt(id), SOON)).toBe(true);
  faults.plan(id, 'dropCharge', 'keepsFailing');
  const cancelling = time.client.cancel(id, 60 * MINUTE);
  expect(await until(() => faults.hasStruck(id, 'dropCharge'), SOON)).toBe(true);
  await time.passes(28 * MINUTE);
  expect(await time.statusOf(id)).toBe('ORDERED');
  await time.passes(3 * MINUTE);
  expect(await comesTo(id, 'CANCELLED')).toBe(true);
  expect(['refund-unavailable', 'already-cancelled']).toContain(await cancelling);
  expect(await reasonOf(id)).toBe('payment-too-late');

  await provider.heal();
  await time.passes(MINUTE);
  expect(await time.ends(id)).toBe(true);
  expect(await provider.netOf(id)).toBe(0);
  expect(await time.breaches(id)).toEqual([]);
});

test('a courier who does not answer within 2 minutes is passed by; then whoever comes may take it', async () => {
  await time.serve('payment');
  const couriers = new DeliveryRepository(time.backend.db);
  for (const courier of ['dana', 'jun']) await couriers.setDuty(courier, true);

  const first = await ordered();
  expect(await isWith(first.deliveryId, 'dana')).toBe(true);
  await time.passes(MINUTE);
  expect(await courierOf(first.deliveryId)).toBe('dana');
  await time.passes(2 * MINUTE);
  expect(await isWith(first.deliveryId, 'jun')).toBe(true);
  expect(await couriers.accept(first.deliveryId, 'dana')).toBe(false);
  expect(await couriers.accept(first.deliveryId, 'jun')).toBe(true);

  // Who has the fewest is asked first, then who has waited longest.
  const second = await ordered();
  expect(await isWith(second.deliveryId, 'dana')).toBe(true);
  await time.passes(3 * MINUTE);
  expect(await isWith(second.deliveryId, 'jun')).toBe(true);
  await time.passes(3 * MINUTE);
  expect(await isWith(second.deliveryId, null)).toBe(true);

  expect(await time.client.complete(second.id, MINUTE, 'anyone')).toBe('done');
  expect(await time.client.complete(first.id, MINUTE, 'jun')).toBe('done');
  for (const { id } of [first, second]) {
    expect(await time.ends(id)).toBe(true);
    expect(await time.breaches(id)).toEqual([]);
  }
  expect(await time.toldOf('delivery', second.deliveryId)).toBe(
    'started,offered,passed-on,offered,passed-on,completed',
  );
});
