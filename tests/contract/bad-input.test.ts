import { ROLES } from '../../api/caller';
import { card, Cinema } from '../cinema';
import type { TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';
import { type Operation, operationsOf } from './document';
import { ask, JSON_BODY, stored, storedAtRest } from './requests';
import { badRequestsOf } from './violations';

let stack: TestStack;
let operations: Operation[];
/** Has every role. */
let minji: TestClient;
beforeAll(async () => {
  // No workers: no request here may start a workflow.
  stack = await startStack({ only: ['movie', 'food'] });
  operations = await operationsOf(stack.url);
  minji = await stack.signIn({ roles: [...ROLES], locale: 'en' });
});
afterAll(() => stack.stop());

test('what the document forbids is refused by name, and nothing is started or stored', async () => {
  const before = await stored(stack);
  const wrong: string[] = [];
  const table: string[] = [];
  let sent = 0;
  for (const operation of operations) {
    const requests = badRequestsOf(operation).map((request) => ({ ...request, token: minji.token }));
    const answers = await ask(stack, operation, requests);
    sent += requests.length;
    const counts: Record<string, number> = {};
    for (const [i, { kind, path, status, url, body }] of requests.entries()) {
      counts[kind] = (counts[kind] ?? 0) + 1;
      const answer = answers[i]!;
      const named = new Set(answer.body?.errors?.map((error: { path: string }) => error.path));
      if (answer.status === status && [...named].join() === (path ?? '') && !answer.undocumented) continue;
      const got = `${answer.status} ${answer.body?.code} ${[...named].join()} ${answer.undocumented ?? ''}`;
      wrong.push(`${operation.method} ${url} ${body?.slice(0, 500) ?? ''} (${kind} ${path ?? ''}): ${got}`);
    }
    const row = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
    table.push(`${operation.name.padEnd(50)} ${String(requests.length).padStart(4)}: ${row.join(', ')}\n`);
    expect([operation.name, row.length > 0]).toEqual([operation.name, true]);
  }
  process.stdout.write(`${sent} requests of bad input, by operation and kind:\n${table.join('')}`);
  expect(wrong).toEqual([]);
  expect(await stored(stack)).toEqual(before);
});

test('what the document cannot know is refused, and nothing is started or stored', async () => {
  const id = '01h45ytscbebyvny4gc8cr8ma2';
  const [cinema, started] = [await Cinema.open(stack), await Cinema.open(stack, { startsIn: -1 })];
  const menu = await minji.post('/v1/menus', { name: '김밥', price: 4_000 });
  const screening = { movieName: '괴물', hall: 'IMAX', rows: 1, columns: 1, price: 1 };
  const times = { startsAt: '2099-01-01T10:00:00Z', endsAt: '2099-01-01T12:00:00Z' };
  const shown = await minji.post('/v1/screenings', { ...screening, ...times });
  expect([menu.status, shown.status]).toEqual([201, 201]);
  const menuId: string = menu.body.id;

  const booking = { screeningId: cinema.screeningId, seats: ['1A'], payment: card() };
  const ride = { kickboardId: `kbd_${id}`, passId: `pas_${id}` };
  const order = { address: '판교역', payment: card() };
  const items = [{ menuId, quantity: 1 }];
  const cases: [path: string, body: object, status: number, code: string, field?: string][] = [
    ['bookings', { ...booking, payment: card('tok_gold') }, 422, 'unknown-token'],
    ['passes', { type: '1', payment: card('tok_gold') }, 422, 'unknown-token'],
    ['deposits/top-ups', { amount: 10_000, payment: card('tok_gold') }, 422, 'unknown-token'],
    ['orders', { ...order, payment: card('tok_gold'), items }, 422, 'unknown-token'],
    ['bookings', { ...booking, screeningId: `scr_${id}` }, 422, 'unknown-screening'],
    ['bookings', { ...booking, screeningId: "'; DROP TABLE" }, 422, 'unknown-screening'],
    ['bookings', { ...booking, screeningId: started.screeningId }, 409, 'screening-started'],
    ...['11A', '1K', '1a', '0A', ' '].map((seat): (typeof cases)[0] => [
      'bookings',
      { ...booking, seats: [seat] },
      422,
      'unknown-seat',
    ]),
    ['bookings', { ...booking, totalPrice: cinema.price - 1 }, 422, 'price-mismatch'],
    ['screenings', { ...screening, ...times, endsAt: '2099-01-01T10:00:01Z' }, 409, 'hall-busy'],
    ['screenings', { ...screening, ...times, endsAt: times.startsAt }, 400, 'invalid-request', 'body.endsAt'],
    ['courses', { title: '\ud800', content: '', reviewsAllowed: true }, 400, 'invalid-request', 'body.title'],
    ['rides', ride, 422, 'unknown-kickboard'],
    ['rentals', { bikeId: `bik_${id}` }, 422, 'unknown-bike'],
    ['managers/me/conversions', { points: 1 }, 409, 'not-enough-points'],
    ['orders', { ...order, items: [{ menuId: `mnu_${id}`, quantity: 1 }] }, 422, 'unknown-menu'],
    ['orders', { ...order, items, menuId, quantity: 1 }, 400, 'invalid-request', 'body.items'],
    ['orders', { ...order, menuId }, 400, 'invalid-request', 'body.items'],
    ['orders', { ...order, items: [...items, ...items] }, 400, 'invalid-request', 'body.items'],
  ];
  const before = await storedAtRest(stack);
  for (const [path, body, status, code, field] of cases) {
    const url = `/v1/${path}`;
    const operation = operations.find(({ name }) => name === `POST ${url}`)!;
    const request = { url, headers: JSON_BODY, body: JSON.stringify(body), token: minji.token };
    const [answer] = await ask(stack, operation, [request]);
    const errors = field === undefined ? undefined : [{ path: field, message: expect.any(String) }];
    expect({ request, ...answer }).toMatchObject({
      request,
      status,
      body: { code },
      undocumented: undefined,
    });
    expect([body, answer?.body.errors]).toEqual([body, errors]);
  }
  const unknown = await minji.post('/v1/bookings', { ...booking, seats: ['1A', '11A', '1K'] });
  expect(unknown.body.detail).toBe(
    'The screening has no such seats: 11A, 1K. A seat is its row and then the letter of its column: from 1A to 10J.',
  );
  expect(await stored(stack)).toEqual(before);
  const next = { ...screening, startsAt: times.endsAt, endsAt: '2099-01-01T14:00:00Z' };
  expect((await minji.post('/v1/screenings', next)).status).toBe(201);
});
