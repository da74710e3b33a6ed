import { card, Cinema } from '../cinema';
import type { Customer } from '../customer';
import { startSystem, type System } from '../system';

let system: System;
let cinema: Cinema;
beforeAll(async () => {
  system = await startSystem();
  cinema = await Cinema.open(system);
});
afterAll(() => system.stop());

/** Nothing was started and nothing stored for this customer. */
async function nothingHappened(customer: Customer): Promise<void> {
  expect(await system.workflowsOf(customer.user)).toBe(0);
  expect(await system.db('movie.bookings').where({ customer: customer.user })).toEqual([]);
}

const booking = (change: object) => ({
  screeningId: cinema.screeningId,
  seats: ['1A'],
  payment: card(),
  ...change,
});

test.each<[what: string, body: () => unknown, status: number, code: string, ...path: string[]]>([
  ['no JSON', () => '{"seats":', 400, 'invalid-request'],
  ['no object', () => [1], 400, 'invalid-request'],
  ['nothing', () => ({}), 400, 'invalid-request', 'body.screeningId'],
  ['an unknown field', () => booking({ discount: 5 }), 400, 'invalid-request', 'body.discount'],
  ['an unknown field inside', () => booking({ payment: { ...card(), amount: 1 } }), 400, 'invalid-request'],
  ['seats as text', () => booking({ seats: '1A,2B' }), 400, 'invalid-request', 'body.seats'],
  ['no seats', () => booking({ seats: [] }), 400, 'invalid-request', 'body.seats'],
  ['one seat twice', () => booking({ seats: ['1A', '1A'] }), 400, 'invalid-request', 'body.seats'],
  ['a price with cents', () => booking({ totalPrice: 10_000.5 }), 400, 'invalid-request', 'body.totalPrice'],
  ['a negative price', () => booking({ totalPrice: -1 }), 400, 'invalid-request', 'body.totalPrice'],
  ['a price as text', () => booking({ totalPrice: '10000' }), 400, 'invalid-request', 'body.totalPrice'],
  ['an unknown method', () => booking({ payment: { method: 'cash' } }), 400, 'invalid-request'],
  ['a NUL in a token', () => booking({ payment: card('tok_\u0000') }), 400, 'invalid-request'],
  ['a NUL in an id', () => booking({ screeningId: 'scr_\u0000' }), 400, 'invalid-request'],
  ['a NUL in a seat', () => booking({ seats: ['\u0000'] }), 400, 'invalid-request'],
  [
    'an unknown screening',
    () => booking({ screeningId: 'scr_01h45ytscbebyvny4gc8cr8ma2' }),
    422,
    'unknown-screening',
  ],
  ['no id at all', () => booking({ screeningId: "'; DROP TABLE" }), 422, 'unknown-screening'],
  ['a row too far', () => booking({ seats: ['11A'] }), 422, 'unknown-seat'],
  ['a column too far', () => booking({ seats: ['1K'] }), 422, 'unknown-seat'],
  ['a seat in small letters', () => booking({ seats: ['1a'] }), 422, 'unknown-seat'],
  ['row nought', () => booking({ seats: ['0A'] }), 422, 'unknown-seat'],
  ['the wrong price', () => booking({ totalPrice: 9_999 }), 422, 'price-mismatch'],
])('a booking with %s is refused', async (_what, body, status, code, ...path) => {
  const minji = await system.customer({ locale: 'en' });
  const answer = await minji.post('/v1/bookings', body());
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  const named = (answer.body.errors ?? []).map((error: { path: string }) => error.path);
  expect(named).toEqual(expect.arrayContaining(path));
  await nothingHappened(minji);
});

test('a screening that has started is not sold', async () => {
  const started = await Cinema.open(system, { startsIn: -1 });
  const minji = await system.customer();
  const answer = await started.book(minji, ['1A']);
  expect([answer.status, answer.body.code]).toEqual([409, 'screening-started']);
  await nothingHappened(minji);
});

test('a seat that is seen to be taken starts no saga', async () => {
  await cinema.booked(await system.customer(), ['5E', '5F']);
  const minji = await system.customer({ locale: 'en' });
  const answer = await cinema.book(minji, ['5F', '5G', '5E']);
  expect([answer.status, answer.body.code]).toEqual([409, 'seat-taken']);
  expect(answer.body.detail).toContain('5E, 5F');
  await nothingHappened(minji);
});

test("another customer's booking does not exist for them, and the staff's doors are closed", async () => {
  const [minji, jun, staff] = await Promise.all([
    system.customer(),
    system.customer(),
    system.customer({ roles: ['staff'] }),
  ]);
  const id = await cinema.booked(minji, ['9A']);
  expect((await jun.get(`/v1/bookings/${id}`)).status).toBe(404);
  expect((await jun.get(`/v1/bookings/${id}/progress`)).status).toBe(404);
  expect((await jun.post(`/v1/bookings/${id}/cancel`)).status).toBe(404);
  expect((await jun.get('/v1/bookings')).body.data).toEqual([]);
  expect((await minji.post(`/v1/bookings/${id}/collect`)).status).toBe(403);
  expect((await staff.post(`/v1/bookings/${id}/cancel`)).status).toBe(403);
  expect((await staff.get(`/v1/bookings/${id}`)).status).toBe(200);
  expect((await minji.post('/v1/screenings', {})).status).toBe(403);
  expect((await minji.get('/v1/bookings/nonsense')).status).toBe(404);
  expect((await minji.get('/v1/bookings?sort=price')).status).toBe(400);
  expect((await minji.get('/v1/bookings?limit=0')).status).toBe(400);
});

test('two screenings never share a hall', async () => {
  const admin = await system.customer({ roles: ['admin'] });
  const screening = (startsAt: string, endsAt: string) =>
    admin.post('/v1/screenings', {
      movieName: '괴물',
      hall: 'IMAX',
      startsAt,
      endsAt,
      rows: 1,
      columns: 1,
      price: 1,
    });
  expect((await screening('2099-01-01T10:00:00Z', '2099-01-01T12:00:00Z')).status).toBe(201);
  const overlapping = await screening('2099-01-01T11:59:00Z', '2099-01-01T13:00:00Z');
  expect([overlapping.status, overlapping.body.code]).toEqual([409, 'hall-busy']);
  expect((await screening('2099-01-01T12:00:00Z', '2099-01-01T13:00:00Z')).status).toBe(201);
  expect((await screening('2099-01-02T12:00:00Z', '2099-01-02T12:00:00Z')).status).toBe(400);
});
