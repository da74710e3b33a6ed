import { until } from '../../engine/wait';
import { orderFor } from '../sagas/orders';
import { CINEMA } from '../test-stack';
import { PATIENT_MS, TimeLapse } from './time-lapse';

const HOURS = 3_600_000;

let time: TimeLapse;
beforeAll(async () => {
  time = await TimeLapse.open(CINEMA);
});
afterAll(() => time.close());

test('money that the provider took before it went down for hours comes back when it returns', async () => {
  const { provider } = time.backend;
  // As patient as the others here: it is payment's limit that ends the wait.
  const answerBy = (await time.now()) + PATIENT_MS;
  const order = orderFor(await time.screening(), { token: 'tok_lost', answerBy });
  const answer = time.client.book(order);
  const captured = async () => (await provider.netOf(order.id)) === order.totalPrice;
  expect(await until(captured, { withinMs: 5_000, everyMs: 10 })).toBe(true);
  await provider.faults({ down: true });

  expect(await answer).toBe('payment-unavailable');
  // The seats do not wait for the money.
  expect(await time.seatsOf(order.id)).toEqual(['FREED']);
  await time.passes(2 * HOURS);
  expect(await provider.netOf(order.id)).toBe(order.totalPrice);
  expect((await time.client.workflow(order.id).describe()).status.name).toBe('RUNNING');

  await provider.heal();
  expect(await time.resultOf(order.id)).toBe('FAILED');
  expect(await provider.netOf(order.id)).toBe(0);
  expect(await time.breaches(order.id)).toEqual([]);
});
