import { cancelBooking, collectTicket } from '../../workflows/movie/messages';
import { FaultHarness } from '../sagas/harness';
import { orderFor } from '../sagas/orders';
import type { PostgresBackend } from '../sagas/postgres';
import { CINEMA } from '../test-stack';

// The API turns such an act away before it asks: here it is asked all the same, as one that was long on its way.

let harness: FaultHarness<PostgresBackend>;
beforeAll(async () => {
  harness = await FaultHarness.onPostgres({}, CINEMA);
});
afterAll(() => harness.close());

test('a booking that is taken up after its caller had an answer does nothing', async () => {
  const order = orderFor(await harness.backend.screening(), { answerBy: Date.now() - 1 });
  await harness.client.client.workflow.start('bookSeats', {
    workflowId: order.id,
    taskQueue: 'movie',
    args: [order],
  });

  expect(await harness.end(order.id)).toEqual({ status: 'FAILED', breaches: [] });
  expect(await harness.backend.provider.statementOf(order.id)).toEqual([]);
  expect(await harness.backend.db('payment.charges').where({ key: `${order.id}/charge` })).toEqual([]);
  expect(await harness.backend.db('movie.seat_claims').where({ booking_id: order.id })).toEqual([]);
});

test.each([cancelBooking, collectTicket])(
  '$name: taken up after its caller had an answer, it leaves no trace',
  async (update) => {
    const id = await harness.booked();
    expect(await harness.end(id)).toEqual({ status: 'BOOKED', breaches: [] });
    const before = await harness.client.workflow(id).fetchHistory();

    const asked = harness.client.workflow(id).executeUpdate(update, {
      args: [{ key: 'late', answerBy: Date.now() - 1 }],
    });
    await expect(asked).rejects.toMatchObject({ cause: { type: 'movie-unavailable' } });
    expect((await harness.client.workflow(id).fetchHistory()).events).toHaveLength(
      before.events?.length ?? 0,
    );
    expect(await harness.end(id)).toEqual({ status: 'BOOKED', breaches: [] });
  },
);
