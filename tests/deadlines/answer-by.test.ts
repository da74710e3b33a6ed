import { orderFor } from '../sagas/desk';
import { Theatre } from '../sagas/theatre';

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(() => theatre.close());

test('a booking that is taken up after its caller had an answer does nothing', async () => {
  const order = orderFor(await theatre.stage.screening(), { answerBy: Date.now() - 1 });
  expect(await theatre.desk.book(order)).toBe('movie-unavailable');

  expect(await theatre.end(order.id)).toEqual({ status: 'FAILED', breaches: [] });
  expect(await theatre.stage.provider.statementOf(order.id)).toEqual([]);
  expect(await theatre.stage.db('payment.charges').where({ key: `${order.id}/charge` })).toEqual([]);
  expect(await theatre.stage.db('movie.seat_claims').where({ booking_id: order.id })).toEqual([]);
});

test.each(['cancel', 'collect'] as const)(
  'a request to %s that is taken up after its caller had an answer leaves no trace',
  async (ask) => {
    const id = await theatre.booked();
    expect(await theatre.end(id)).toEqual({ status: 'BOOKED', breaches: [] });
    const before = await theatre.desk.workflow(id).fetchHistory();

    expect(await theatre.desk[ask](id, -1)).toBe('movie-unavailable');
    expect((await theatre.desk.workflow(id).fetchHistory()).events).toHaveLength(before.events?.length ?? 0);
    expect(await theatre.end(id)).toEqual({ status: 'BOOKED', breaches: [] });
  },
);
