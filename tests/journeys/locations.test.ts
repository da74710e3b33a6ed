import { ROLES } from '../../api/caller';
import { card } from '../cinema';
import { Kitchen } from '../kitchen';
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
