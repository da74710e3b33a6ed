import { orderFor } from '../sagas/orders';
import { FaultHarness } from '../sagas/harness';
import type { PostgresBackend } from '../sagas/postgres';

let harness: FaultHarness<PostgresBackend>;
beforeAll(async () => {
  harness = await FaultHarness.onPostgres();
});
afterAll(() => harness.close());

test('a booking that is taken up after its caller had an answer does nothing', async () => {
  const order = orderFor(await harness.backend.screening(), { answerBy: Date.now() - 1 });
  expect(await harness.client.book(order)).toBe('movie-unavailable');

  expect(await harness.end(order.id)).toEqual({ status: 'FAILED', breaches: [] });
  expect(await harness.backend.provider.statementOf(order.id)).toEqual([]);
  expect(await harness.backend.db('payment.charges').where({ key: `${order.id}/charge` })).toEqual([]);
  expect(await harness.backend.db('movie.seat_claims').where({ booking_id: order.id })).toEqual([]);
});

test.each(['cancel', 'collect'] as const)(
  'a request to %s that is taken up after its caller had an answer leaves no trace',
  async (ask) => {
    const id = await harness.booked();
    expect(await harness.end(id)).toEqual({ status: 'BOOKED', breaches: [] });
    const before = await harness.client.workflow(id).fetchHistory();

    expect(await harness.client[ask](id, -1)).toBe('movie-unavailable');
    expect((await harness.client.workflow(id).fetchHistory()).events).toHaveLength(
      before.events?.length ?? 0,
    );
    expect(await harness.end(id)).toEqual({ status: 'BOOKED', breaches: [] });
  },
);
