import { card, Cinema } from '../cinema';
import type { TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';

let stack: TestStack;
let cinema: Cinema;
beforeAll(async () => {
  stack = await startStack();
  cinema = await Cinema.open(stack);
});
afterAll(() => stack.stop());

/** Nothing was started and nothing stored for this customer. */
async function nothingHappened(customer: TestClient): Promise<void> {
  expect(await stack.workflowsOf(customer.user)).toBe(0);
  expect(await stack.db('movie.bookings').where({ customer: customer.user })).toEqual([]);
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
  const minji = await stack.signIn({ locale: 'en' });
  const answer = await minji.post('/v1/bookings', body());
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  const named = (answer.body.errors ?? []).map((error: { path: string }) => error.path);
  expect(named).toEqual(expect.arrayContaining(path));
  await nothingHappened(minji);
});

test('a screening that has started is not sold', async () => {
  const started = await Cinema.open(stack, { startsIn: -1 });
  const minji = await stack.signIn();
  const answer = await started.book(minji, ['1A']);
  expect([answer.status, answer.body.code]).toEqual([409, 'screening-started']);
  await nothingHappened(minji);
});

test('a seat that is seen to be taken starts no saga', async () => {
  await cinema.booked(await stack.signIn(), ['5E', '5F']);
  const minji = await stack.signIn({ locale: 'en' });
  const answer = await cinema.book(minji, ['5F', '5G', '5E']);
  expect([answer.status, answer.body.code]).toEqual([409, 'seat-taken']);
  expect(answer.body.detail).toContain('5E, 5F');
  await nothingHappened(minji);
});

test("another customer's booking does not exist for them, and the staff's doors are closed", async () => {
  const [minji, jun, staff] = await Promise.all([
    stack.signIn(),
    stack.signIn(),
    stack.signIn({ roles: ['staff'] }),
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
  const admin = await stack.signIn({ roles: ['admin'] });
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

const KICKBOARD = 'kbd_01h45ytscbebyvny4gc8cr8ma2';
const PASS = 'pas_01h45ytscbebyvny4gc8cr8ma2';
const ride = (change: object) => ({ kickboardId: KICKBOARD, passId: PASS, ...change });
const report = (change: object) => ({ batteryLevel: 50, usable: true, ...change });

test.each<[what: string, path: string, body: unknown, status: number, code: string, ...at: string[]]>([
  ['a pass of no type', '/v1/passes', { payment: card() }, 400, 'invalid-request', 'body.type'],
  [
    'a pass of an unknown type',
    '/v1/passes',
    { type: '3', payment: card() },
    400,
    'invalid-request',
    'body.type',
  ],
  [
    'a pass with a price',
    '/v1/passes',
    { type: '1', price: 1, payment: card() },
    400,
    'invalid-request',
    'body.price',
  ],
  ['a pass for nothing', '/v1/passes', { type: '1' }, 400, 'invalid-request', 'body.payment'],
  ['no minutes', '/v1/rides', ride({ minutes: 0 }), 400, 'invalid-request', 'body.minutes'],
  ['too many minutes', '/v1/rides', ride({ minutes: 721 }), 400, 'invalid-request', 'body.minutes'],
  ['half a minute', '/v1/rides', ride({ minutes: 0.5 }), 400, 'invalid-request', 'body.minutes'],
  ['an unknown kickboard', '/v1/rides', ride({}), 422, 'unknown-kickboard'],
  ['a NUL for a pass', '/v1/rides', ride({ passId: '\u0000' }), 400, 'invalid-request'],
  ['a ride for another', '/v1/rides', ride({ customer: 'suho' }), 400, 'invalid-request', 'body.customer'],
  ['no bike', '/v1/rentals', {}, 400, 'invalid-request', 'body.bikeId'],
  ['an unknown bike', '/v1/rentals', { bikeId: "'; DROP TABLE" }, 422, 'unknown-bike'],
  [
    'a tariff of their own',
    '/v1/rentals',
    { bikeId: 'x', tariff: {} },
    400,
    'invalid-request',
    'body.tariff',
  ],
  ['no points', '/v1/managers/me/conversions', { points: 0 }, 400, 'invalid-request', 'body.points'],
  ['points below zero', '/v1/managers/me/conversions', { points: -1 }, 400, 'invalid-request', 'body.points'],
  ['points that are not there', '/v1/managers/me/conversions', { points: 1 }, 409, 'not-enough-points'],
  [
    'a return of nothing',
    '/v1/rides/rid_01h45ytscbebyvny4gc8cr8ma2/return',
    { location: 'x' },
    404,
    'not-found',
  ],
  [
    'a return to nowhere',
    '/v1/rentals/rnt_01h45ytscbebyvny4gc8cr8ma2/return',
    { location: ' ' },
    400,
    'invalid-request',
  ],
  ['a report on nothing', '/v1/bikes/bik_01h45ytscbebyvny4gc8cr8ma2/reports', report({}), 404, 'not-found'],
  [
    'a battery of 101 %',
    '/v1/bikes/bik_01h45ytscbebyvny4gc8cr8ma2/reports',
    report({ batteryLevel: 101 }),
    400,
    'invalid-request',
  ],
  [
    'a report of points',
    '/v1/bikes/bik_01h45ytscbebyvny4gc8cr8ma2/reports',
    report({ points: 9 }),
    400,
    'invalid-request',
  ],
  ['a kickboard nowhere', '/v1/kickboards', {}, 400, 'invalid-request', 'body.location'],
  [
    'a kickboard that is missing',
    '/v1/kickboards',
    { location: 'x', status: 'MISSING' },
    400,
    'invalid-request',
  ],
  ['a bike with half a percent', '/v1/bikes', { location: 'x', batteryLevel: 0.5 }, 400, 'invalid-request'],
  ['a manager without a name', '/v1/managers', { points: 5 }, 400, 'invalid-request', 'body.user'],
  [
    'a manager who owes points',
    '/v1/managers',
    { user: 'x', points: -5 },
    400,
    'invalid-request',
    'body.points',
  ],
])('%s is refused, starts nothing and stores nothing', async (_what, path, body, status, code, ...at) => {
  const all = await stack.signIn({ roles: ['customer', 'manager', 'admin'], locale: 'en' });
  const rows = await rowsOfVehicles();
  const answer = await all.post(path, body);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  const named = (answer.body.errors ?? []).map((error: { path: string }) => error.path);
  expect(named).toEqual(expect.arrayContaining(at));
  expect(await stack.workflowsOf(all.user)).toBe(0);
  expect(await rowsOfVehicles()).toBe(rows);
});

const OF_VEHICLES = [
  'kickboard.kickboards',
  'kickboard.passes',
  'kickboard.rides',
  'bike.bikes',
  'bike.rentals',
  'bike.reports',
  'bike.conversions',
  'bike.managers',
];
async function rowsOfVehicles(): Promise<number> {
  const counts = await Promise.all(OF_VEHICLES.map((table) => stack.db(table).count<{ count: number }[]>()));
  return counts.reduce((sum, [row]) => sum + (row?.count ?? 0), 0);
}

const ROLES = ['customer', 'host', 'courier', 'manager', 'staff', 'admin'];
const ID = '01h45ytscbebyvny4gc8cr8ma2';

/** A route, and the roles that it lets in. */
type Door = [method: string, path: string, ...roles: string[]];

/** Each door opens to its roles, is closed to any other, and asks whoever brings no token for one. */
async function openToTheirRolesAlone(doors: Door[]): Promise<void> {
  const bodyOf = (method: string) => (['POST', 'PATCH'].includes(method) ? {} : undefined);
  for (const role of ROLES) {
    const someone = await stack.signIn({ roles: [role] });
    const answers = await Promise.all(
      doors.map(async ([method, path]) => (await someone.call(method, path, bodyOf(method))).status !== 403),
    );
    expect([role, opened(doors, answers)]).toEqual([
      role,
      opened(
        doors,
        doors.map(([, , ...roles]) => roles.includes(role)),
      ),
    ]);
  }
  const nobody = await Promise.all(doors.map(([method, path]) => fetch(stack.url + path, { method })));
  expect(nobody.map(({ status }) => status)).toEqual(doors.map(() => 401));
}

const opened = (doors: Door[], answers: boolean[]) =>
  doors.filter((_, i) => answers[i]).map(([method, path]) => `${method} ${path}`);

test('the doors of kickboards and bikes open to their roles alone', async () => {
  await openToTheirRolesAlone([
    ['POST', '/v1/kickboards', 'admin'],
    ['DELETE', `/v1/kickboards/kbd_${ID}`, 'admin'],
    ['POST', '/v1/passes', 'customer'],
    ['GET', '/v1/passes', 'customer'],
    ['GET', `/v1/passes/pas_${ID}`, 'customer', 'admin'],
    ['POST', '/v1/rides', 'customer'],
    ['GET', '/v1/rides', 'customer', 'admin'],
    ['POST', `/v1/rides/rid_${ID}/return`, 'customer', 'admin'],
    ['GET', `/v1/rides/rid_${ID}/progress`, 'customer', 'admin'],
    ['POST', '/v1/bikes', 'admin'],
    ['POST', '/v1/rentals', 'customer'],
    ['GET', '/v1/rentals', 'customer', 'admin'],
    ['POST', `/v1/rentals/rnt_${ID}/return`, 'customer', 'admin'],
    ['POST', `/v1/bikes/bik_${ID}/reports`, 'manager'],
    ['POST', '/v1/managers', 'admin'],
    ['GET', '/v1/managers/me', 'manager'],
    ['GET', '/v1/managers/me/entries', 'manager'],
    ['POST', '/v1/managers/me/conversions', 'manager'],
  ]);
  for (const path of ['/v1/kickboards', '/v1/bikes?status=BROKEN&batteryBelow=20'])
    expect((await fetch(stack.url + path)).status).toBe(200);
  expect((await fetch(`${stack.url}/v1/bikes?status=GONE`)).status).toBe(400);
});

test('the doors of food, deliveries and courses, all of them, open to their roles alone', async () => {
  const [order, delivery, course] = [
    `/v1/orders/ord_${ID}`,
    `/v1/deliveries/dlv_${ID}`,
    `/v1/courses/crs_${ID}`,
  ];
  const doors: Door[] = [
    ['POST', '/v1/menus', 'admin'],
    ['POST', '/v1/orders', 'customer'],
    ['GET', '/v1/orders', 'customer', 'admin'],
    ['GET', order, 'customer', 'admin'],
    ['POST', `${order}/cancel`, 'customer'],
    ['GET', `${order}/progress`, 'customer', 'admin'],
    ['GET', '/v1/deliveries', 'courier', 'admin'],
    ['GET', delivery, 'courier', 'admin'],
    ['POST', `${delivery}/complete`, 'courier'],
    ['POST', `${delivery}/accept`, 'courier'],
    ['POST', `${delivery}/decline`, 'courier'],
    ['PUT', '/v1/couriers/me/duty', 'courier'],
    ['DELETE', '/v1/couriers/me/duty', 'courier'],
    ['POST', '/v1/courses', 'host'],
    ['PATCH', course, 'host'],
    ['DELETE', course, 'host'],
    ['PUT', `${course}/like`, 'customer'],
    ['DELETE', `${course}/like`, 'customer'],
    ['PUT', `${course}/bookmark`, 'customer'],
    ['DELETE', `${course}/bookmark`, 'customer'],
    ['POST', `${course}/comments`, 'customer'],
    ['POST', `${course}/reviews`, 'customer'],
  ];
  expect(doors.map(([method, path]) => `${method} ${path}`).sort()).toEqual(
    await doorsOf(/^(Food|Delivery|Course)$/),
  );
  await openToTheirRolesAlone(doors);
  for (const path of ['/v1/menus', '/v1/courses']) expect((await fetch(stack.url + path)).status).toBe(200);
});

/** Every route with such a tag that asks for a token. */
async function doorsOf(tag: RegExp): Promise<string[]> {
  const answer = await fetch(`${stack.url}/openapi.json`);
  const { paths } = (await answer.json()) as {
    paths: Record<string, Record<string, { tags: string[]; security: object[] }>>;
  };
  const kinds: Record<string, string> = { orders: 'ord', deliveries: 'dlv', courses: 'crs' };
  return Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { tags, security }]) => tag.test(tags.join()) && security.every((way) => 'bearer' in way))
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    )
    .map((door) => door.replace(/(\w+)\/\{id\}/, (_, things: string) => `${things}/${kinds[things]}_${ID}`))
    .sort();
}
