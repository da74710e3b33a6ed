import { DeliveryRepository } from '../../activities/delivery/repository';
import { until } from '../../engine/wait';
import { courierAnswered } from '../../workflows/delivery/messages';
import { mealFor } from './orders';
import { FaultHarness } from './harness';
import type { PostgresBackend } from './postgres';

let harness: FaultHarness<PostgresBackend>;
let couriers: DeliveryRepository;
beforeAll(async () => {
  harness = await FaultHarness.onPostgres({}, ['food', 'delivery', 'payment']);
  couriers = new DeliveryRepository(harness.backend.db);
});
afterAll(() => harness.close());

const soon = (so: () => Promise<boolean>) => until(so, { withinMs: 20_000, everyMs: 50 });
const statusOf = async (id: string) =>
  (await harness.backend.db('food.orders').where({ id }).first<{ status: string } | undefined>('status'))
    ?.status;

test('a search that a courier has begun anew before the order could begin it is the search', async () => {
  const order = mealFor({ answerBy: Date.now() + 30_000 });
  harness.faults.plan(order.deliveryId, 'offerDelivery', 'keepsFailing');
  await harness.client.client.workflow.start('findCourier', {
    taskQueue: 'delivery',
    workflowId: order.deliveryId,
    args: [order.deliveryId],
  });
  expect(await harness.client.order(order)).toBe('done');
  expect(await soon(async () => (await statusOf(order.id)) === 'DELIVERING')).toBe(true);

  await couriers.setDuty('dana', true);
  harness.faults.mend(order.deliveryId, 'offerDelivery');
  const offered = async () =>
    (await harness.backend.db('delivery.deliveries').where({ id: order.deliveryId, courier: 'dana' }))
      .length === 1;
  expect(await soon(offered)).toBe(true);
  await couriers.setDuty('dana', false);
  expect(await harness.client.complete(order.id, undefined, 'dana')).toBe('done');
  expect(await harness.end(order.id)).toEqual({ status: 'DELIVERED', breaches: [] });
});

test('what is completed and is to be resumed is not called completed: the courier comes back', async () => {
  const id = await harness.delivering();
  harness.faults.plan(id, 'completeDelivery', 'losesAnswer');
  harness.faults.plan(id, 'resumeDelivery', 'keepsFailing');
  expect(await harness.client.complete(id)).toBe('delivery-unavailable');
  harness.faults.mend(id, 'completeDelivery');
  expect(await harness.client.complete(id)).toBe('delivery-unavailable');
  harness.faults.mend(id, 'resumeDelivery');
  expect(await soon(async () => (await harness.client.complete(id)) === 'done')).toBe(true);
  expect(await harness.end(id)).toEqual({ status: 'DELIVERED', breaches: [] });
});

test('a search of a long history goes on in a new run, and still knows who was asked', async () => {
  await couriers.setDuty('dana', true);
  const order = mealFor({ answerBy: Date.now() + 30_000 });
  expect(await harness.client.order(order)).toBe('done');
  const search = harness.client.workflow(order.deliveryId);
  const offeredTo = () =>
    harness.backend.db('delivery.deliveries').where({ id: order.deliveryId, courier: 'dana' });
  expect(await soon(async () => (await offeredTo()).length === 1)).toBe(true);
  const { runId } = await search.describe();
  const goesOn = async () => {
    for (let i = 0; i < 20; i++) await search.signal(courierAnswered);
    return (await search.describe()).runId !== runId;
  };
  expect(await until(goesOn, { withinMs: 60_000, everyMs: 10 })).toBe(true);
  expect((await search.describe()).status.name).toBe('RUNNING');
  expect(await offeredTo()).toHaveLength(1);
  await couriers.setDuty('dana', false);
  expect(await harness.client.complete(order.id, undefined, 'dana')).toBe('done');
  expect(await harness.end(order.id)).toEqual({ status: 'DELIVERED', breaches: [] });
});
