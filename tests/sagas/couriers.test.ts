import { DeliveryRepository } from '../../activities/delivery/repository';
import { until } from '../../engine/wait';
import { mealFor } from './meals';
import { Theatre } from './theatre';

let theatre: Theatre;
let couriers: DeliveryRepository;
beforeAll(async () => {
  theatre = await Theatre.open({}, ['food', 'delivery', 'payment']);
  couriers = new DeliveryRepository(theatre.stage.db);
});
afterAll(() => theatre.close());

const soon = (so: () => Promise<boolean>) => until(so, { withinMs: 20_000, everyMs: 50 });
const statusOf = async (id: string) =>
  (await theatre.stage.db('food.orders').where({ id }).first<{ status: string } | undefined>('status'))
    ?.status;

test('a search that a courier has begun anew before the order could begin it is the search', async () => {
  const order = mealFor({ answerBy: Date.now() + 30_000 });
  theatre.faults.plan(order.deliveryId, 'offerDelivery', 'keepsFailing');
  await theatre.desk.client.workflow.start('findCourier', {
    taskQueue: 'delivery',
    workflowId: order.deliveryId,
    args: [order.deliveryId],
  });
  expect(await theatre.desk.order(order)).toBe('done');
  expect(await soon(async () => (await statusOf(order.id)) === 'DELIVERING')).toBe(true);

  await couriers.setDuty('dana', true);
  theatre.faults.mend(order.deliveryId, 'offerDelivery');
  const offered = async () =>
    (await theatre.stage.db('delivery.deliveries').where({ id: order.deliveryId, courier: 'dana' }))
      .length === 1;
  expect(await soon(offered)).toBe(true);
  await couriers.setDuty('dana', false);
  expect(await theatre.desk.complete(order.id, undefined, 'dana')).toBe('done');
  expect(await theatre.end(order.id)).toEqual({ status: 'DELIVERED', breaches: [] });
});

test('what is completed and is to be resumed is not called completed: the courier comes back', async () => {
  const id = await theatre.delivering();
  theatre.faults.plan(id, 'completeDelivery', 'losesAnswer');
  theatre.faults.plan(id, 'resumeDelivery', 'keepsFailing');
  expect(await theatre.desk.complete(id)).toBe('delivery-unavailable');
  theatre.faults.mend(id, 'completeDelivery');
  expect(await theatre.desk.complete(id)).toBe('delivery-unavailable');
  theatre.faults.mend(id, 'resumeDelivery');
  expect(await soon(async () => (await theatre.desk.complete(id)) === 'done')).toBe(true);
  expect(await theatre.end(id)).toEqual({ status: 'DELIVERED', breaches: [] });
});
