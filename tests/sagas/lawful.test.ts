import { chargeKey } from '../../activities/payment/keys';
import { Theatre } from './theatre';

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(() => theatre.close());

const set = (table: string, key: string, change: object) => (id: string) =>
  theatre.stage
    .db(table)
    .where({ [key]: id })
    .update(change);

async function refundBehindOurBack(id: string): Promise<void> {
  const { url } = theatre.stage.config.provider;
  const found = await fetch(`${url}/charges?key=${encodeURIComponent(chargeKey(id))}`);
  const { data } = (await found.json()) as { data: { id: string }[] };
  const refunded = await fetch(`${url}/charges/${data[0]!.id}/refunds`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `${id}/refund/stray` },
    body: JSON.stringify({ amount: 10_000 }),
  });
  expect(refunded.status).toBe(201);
}

const BREACHES: [planted: string, plant: (id: string) => Promise<unknown>, seen: string][] = [
  ['money that went back', refundBehindOurBack, 'the bank says: capture,refund'],
  ['a freed seat', set('movie.seat_claims', 'booking_id', { status: 'FREED' }), 'its seats are FREED'],
  ['a void ticket', set('boxoffice.tickets', 'booking_id', { status: 'VOID' }), 'its ticket is VOID'],
  ['a booking left pending', set('movie.bookings', 'id', { status: 'PENDING' }), 'PENDING is no end'],
  [
    'a booking that ended without its workflow',
    set('movie.bookings', 'id', { status: 'NO_SHOW' }),
    'its workflow is RUNNING',
  ],
  [
    'a charge that our books do not know',
    async (id) => {
      await theatre.stage
        .db('payment.charges')
        .where({ key: chargeKey(id) })
        .update({ state: 'VOID' });
    },
    'our books say: nothing',
  ],
];

test.each(BREACHES)('control: %s is seen', async (_, plant, seen) => {
  const id = await theatre.booked();
  expect(await theatre.breachesNow(id)).toEqual([]);
  await plant(id);
  expect((await theatre.breachesNow(id)).join('; ')).toContain(seen);
});
