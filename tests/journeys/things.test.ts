import { randomUUID } from 'node:crypto';
import { ROLES } from '../../api/caller';
import { card, Cinema, ticketIssued } from '../cinema';
import { Kitchen } from '../kitchen';
import { bodyOf } from '../test-client';
import { CINEMA, FLEET, startStack, type TestStack } from '../test-stack';

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({ only: [...CINEMA, ...FLEET, 'food', 'delivery'] });
});
afterAll(() => stack.stop());

test('the Location of what was made names it, and whoever made it can read it there', async () => {
  const me = await stack.signIn({ roles: [...ROLES] });
  const make = async (path: string, body: object): Promise<string> => {
    const made = await me.post(path, body);
    expect([path, made.status]).toEqual([path, 201]);
    const location = made.headers.get('location') ?? '';
    const read = await me.get(location);
    expect([path, location, read.status]).toEqual([path, location, 200]);
    expect(read.body).toMatchObject(made.body);
    const ageMs = Date.now() - Date.parse(made.body.createdAt);
    expect([path, ageMs >= -1_000 && ageMs < 60_000]).toEqual([path, true]);
    if (made.body.id !== undefined) expect(location.endsWith(made.body.id)).toBe(true);
    return made.body.id;
  };
  await make('/v1/managers', { user: me.user, points: 1_000 });
  await make('/v1/kickboards', { location: '판교' });
  const bike = await make('/v1/bikes', { location: '판교', status: 'BROKEN', batteryLevel: 5 });
  await make(`/v1/bikes/${bike}/reports`, { batteryLevel: 50, usable: true });
  await make('/v1/managers/me/conversions', { points: 500 });
  await make('/v1/deposits/top-ups', { amount: 10_000, payment: card() });
  await make('/v1/menus', { name: '김밥', price: 4_000 });
  const times = { startsAt: '2099-01-01T10:00:00Z', endsAt: '2099-01-01T12:00:00Z' };
  await make('/v1/screenings', { movieName: '괴물', hall: '1', rows: 1, columns: 1, price: 1, ...times });
  const course = await make('/v1/courses', { title: 'test', content: '여의도', reviewsAllowed: true });
  await make(`/v1/courses/${course}/comments`, { text: '안녕' });
  await make(`/v1/courses/${course}/reviews`, { text: '안녕', rating: 5 });
});

test('B1: a bike is registered broken, and is not rented', async () => {
  const me = await stack.signIn({ roles: ['admin', 'customer'] });
  const { body } = await me.post('/v1/bikes', { location: '판교', status: 'BROKEN' });
  expect(body).toMatchObject({ status: 'BROKEN', batteryLevel: 100 });
  expect((await me.post('/v1/rentals', { bikeId: body.id })).body.code).toBe('bike-unavailable');
  expect((await me.post('/v1/bikes', { location: '판교', status: 'IN_USE' })).status).toBe(400);
});

test('staff and admins see whose a thing is, and when its film runs; its owner knows', async () => {
  const cinema = await Cinema.open(stack, { movieName: '괴물' });
  const [minji, staff] = [await stack.signIn(), await stack.signIn({ roles: ['staff'] })];
  const id = await cinema.booked(minji, ['1A']);
  await ticketIssued(minji, id);
  const own = bodyOf(await minji.get(`/v1/bookings/${id}`));
  const screening = bodyOf(await minji.get(`/v1/screenings/${cinema.screeningId}`));
  const { hall, startsAt, endsAt } = screening;
  expect(own).toMatchObject({ hall, startsAt, endsAt, createdAt: expect.any(String) });
  expect(screening).toMatchObject({ rows: 10, columns: 10 });
  expect(own).not.toHaveProperty('customer');
  expect(bodyOf(await staff.get(`/v1/bookings/${id}`))).toEqual({ ...own, customer: minji.user });
  expect(bodyOf(await minji.get('/v1/me')).bookings).toEqual([own]);
});

test('lists are chosen by customer, time and state, and go both ways', async () => {
  const cinema = await Cinema.open(stack);
  const [minji, admin] = [await stack.signIn(), await stack.signIn({ roles: ['admin'] })];
  const first = await cinema.booked(minji, ['1A']);
  const second = await cinema.booked(minji, ['1B']);
  const { createdAt } = bodyOf(await minji.get(`/v1/bookings/${second}`));
  const listed = async (query: string, who = admin) =>
    bodyOf(await who.get(`/v1/bookings?${query}`)).data.map(({ id }: { id: string }) => id);
  const theirs = `customer=${minji.user}`;
  expect(await listed(theirs)).toEqual([second, first]);
  expect(await listed(`${theirs}&sort=oldest`)).toEqual([first, second]);
  expect(await listed(`${theirs}&sort=oldest&limit=1&cursor=${first}`)).toEqual([second]);
  expect(await listed(`${theirs}&from=${createdAt}`)).toEqual([second]);
  expect(await listed(`${theirs}&to=${createdAt}`)).toEqual([first]);
  expect(await listed(`${theirs}&status=CANCELLED`)).toEqual([]);
  expect(await listed(theirs, minji)).toEqual([second, first]);
  expect(await minji.get(`/v1/bookings?customer=${admin.user}`)).toMatchObject({
    status: 403,
    body: { code: 'forbidden' },
  });
  expect((await admin.get('/v1/bookings?from=yesterday')).status).toBe(400);
});

test('screenings are chosen by time and film', async () => {
  const movieName = `괴물 ${randomUUID()}`;
  const { screeningId } = await Cinema.open(stack, { movieName });
  const anyone = await stack.signIn();
  const { startsAt, endsAt } = bodyOf(await anyone.get(`/v1/screenings/${screeningId}`));
  const listed = async (query: object) =>
    bodyOf(await anyone.get(`/v1/screenings?${new URLSearchParams({ movieName, ...query }).toString()}`))
      .data;
  expect(await listed({})).toMatchObject([{ id: screeningId }]);
  expect(await listed({ from: startsAt, to: endsAt })).toMatchObject([{ id: screeningId }]);
  expect(await listed({ from: endsAt })).toEqual([]);
  expect(await listed({ to: startsAt })).toEqual([]);
});

test('a list comes as a table, whole, and no text of it is run as a formula', async () => {
  const cinema = await Cinema.open(stack, { movieName: '=1+1' });
  const [minji, admin] = [await stack.signIn(), await stack.signIn({ roles: ['admin'] })];
  const id = await cinema.booked(minji, ['1A', '1B']);
  const path = `/v1/bookings?customer=${minji.user}&limit=1`;
  const { status, headers, body } = await admin.call('GET', path, undefined, { Accept: 'text/csv' });
  expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  const [head, row, ...more] = (body as string).trim().split('\n');
  expect(head).toContain(
    'id,status,statusCode,screeningId,movieName,hall,startsAt,endsAt,seats,quantity,totalPrice,payment.id',
  );
  expect(row).toContain(`${id},BOOKED,1,${cinema.screeningId},'=1+1,`);
  expect(row).toContain(',1A 1B,2,20000,');
  expect(row).toContain(minji.user);
  expect(more).toEqual([]);
  const unknown = await admin.call('GET', '/v1/bookings?limit=0', undefined, { Accept: 'text/csv' });
  expect([unknown.status, unknown.body.code]).toEqual([400, 'invalid-request']);
});

test('a courier sees an address once the delivery is theirs', async () => {
  const kitchen = await Kitchen.open(stack);
  const order = await kitchen.delivering(await stack.signIn());
  const at = `/v1/deliveries/${order.delivery.id}`;
  const [dana, jun] = [kitchen.courier, await stack.signIn({ roles: ['courier'] })];
  const { address } = (await kitchen.admin.get(at)).body;
  expect(address).toBe('정자역 1번 출구');
  for (const courier of [dana, jun]) expect((await courier.get(at)).body.address).toBeNull();
  const { data } = (await jun.get('/v1/deliveries?status=STARTED')).body;
  expect(data.map((one: { address: unknown }) => one.address)).toEqual(data.map(() => null));
  expect((await dana.post(`${at}/accept`)).body.address).toBe(address);
  expect((await dana.get(at)).body.address).toBe(address);
  expect((await kitchen.complete(order.delivery.id, dana)).status).toBe(200);
});
