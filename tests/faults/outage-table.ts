import { randomUUID } from 'node:crypto';
import type { Domain, Service } from '../../config';
import { until } from '../../engine/wait';
import { card, type Cinema } from '../cinema';
import type { Fleet } from '../fleet';
import type { Kitchen } from '../kitchen';
import type { Answer, TestClient } from '../test-client';
import type { TestStack } from '../test-stack';

/** The whole stack, with things of one customer that stand through all outages. */
export interface World {
  stack: TestStack;
  cinema: Cinema;
  kitchen: Kitchen;
  fleet: Fleet;
  standing: Record<'booking' | 'ride' | 'rental' | 'order', string> & { customer: TestClient };
  /** A free seat, another one each time. */
  seat: () => string;
}

/** What may be away; a domain's name stands for its worker and its database. */
export type Away =
  | Domain
  | `worker ${Service}`
  | `database ${Domain | 'notification'}`
  | 'provider'
  | 'notification'
  | 'slow writes'
  | 'every database';

/** What differs from the row: the code of a 503; or what the answer holds, and where things stand meanwhile. */
export type Cell = string | { code?: string; body?: object; meanwhile?: string };
type Cells = Partial<Record<Away, Cell>>;
/** A POST's path and body; or any other call. */
export type Call = readonly [path: string, body?: object] | (() => Promise<Answer>);

export interface Row {
  call: string;
  /** Of the answer as always, and what that holds. */
  status: number;
  body?: object;
  /** All that its customer has (`statesOf`) before the call, and also where it was refused; and once it is done. */
  states: [before: string, after: string];
  cells: Cells;
  /** Is played while these are away; otherwise while anything is. */
  only?: Away[];
  /** Makes what the call needs. */
  prepare: (world: World, me: TestClient) => Promise<Call> | Call;
}

/** Answered as always; what follows comes once it is back. */
const LATER = {};

/** The cells of a service's own calls. */
const own = (service: Service, code = `${service}-unavailable`): Cells => ({
  [`worker ${service}`]: code,
  [`database ${service}`]: code,
});
/** … of those that read its database alone. */
const readsOf = (service: Service, code = `${service}-unavailable`): Cells => ({
  [`database ${service}`]: code,
  'every database': code,
});
const BIKE = own('bike', 'bike-unavailable-now');
const NOT_PAID: Cells = { payment: 'payment-unavailable', provider: 'payment-unavailable' };
const NOT_REFUNDED: Cells = { payment: 'refund-unavailable', provider: 'refund-unavailable' };

const BOOKED = 'booking BOOKED, ticket ISSUED; bank +10000; told movie.booked movie.ticket-issued';
const TICKETLESS = 'booking BOOKED, ticket WAITING; bank +10000; told movie.booked';
const COLLECTED = 'booking COLLECTED; bank +10000; told movie.booked movie.collected movie.ticket-issued';

const bookings: Row[] = [
  {
    call: 'book a seat',
    status: 201,
    states: ['', BOOKED],
    cells: {
      ...own('movie'),
      ...NOT_PAID,
      boxoffice: { body: { ticket: { status: 'WAITING' } }, meanwhile: TICKETLESS },
    },
    prepare: ({ cinema: { screeningId }, seat }) => [
      '/v1/bookings',
      { screeningId, seats: [seat()], payment: card() },
    ],
  },
  {
    call: 'cancel a booking',
    status: 200,
    states: [
      BOOKED,
      'booking CANCELLED; bank +10000 -10000; told movie.booked movie.cancelled movie.ticket-issued',
    ],
    cells: { ...own('movie'), ...NOT_REFUNDED },
    prepare: async ({ cinema, seat }, me) => [`/v1/bookings/${await cinema.booked(me, [seat()])}/cancel`],
  },
  {
    call: 'collect a ticket',
    status: 200,
    states: [BOOKED, COLLECTED],
    cells: { ...own('movie'), boxoffice: 'boxoffice-unavailable' },
    prepare: async ({ cinema, seat }, me) => [`/v1/bookings/${await cinema.booked(me, [seat()])}/collect`],
  },
  {
    call: 'collect a ticket that is not issued yet',
    status: 200,
    states: [BOOKED, COLLECTED],
    only: ['boxoffice'],
    cells: { boxoffice: { code: 'boxoffice-unavailable', meanwhile: TICKETLESS } },
    prepare: ({ cinema, seat }, me) => {
      let id: string | undefined;
      return async () =>
        me.post(`/v1/bookings/${(id ??= await cinema.booked(me, [seat()]))}/collect`, {}, 'mine');
    },
  },
];

const PASS = 'pass AVAILABLE 1; bank +1000; told kickboard.pass-bought';
const RIDDEN = 'bank +1000; told kickboard.pass-bought kickboard.rented';

const kickboards: Row[] = [
  {
    call: 'buy a pass',
    status: 201,
    states: ['', PASS],
    cells: { ...own('kickboard'), ...NOT_PAID },
    prepare: () => ['/v1/passes', { type: '1', payment: card() }],
  },
  {
    call: 'ride a kickboard',
    status: 201,
    states: [PASS, `pass USED 0; ride RENTED; ${RIDDEN}`],
    cells: own('kickboard'),
    prepare: async ({ fleet }, me) => [
      '/v1/rides',
      { kickboardId: await fleet.kickboard(), passId: await fleet.pass(me) },
    ],
  },
  {
    call: 'return a kickboard',
    status: 200,
    states: [
      `pass USED 0; ride RENTED; ${RIDDEN}`,
      `pass USED 0; ride RETURNED; ${RIDDEN} kickboard.returned`,
    ],
    cells: own('kickboard'),
    prepare: async ({ fleet }, me) => [
      `/v1/rides/${await fleet.ride(me, await fleet.kickboard(), await fleet.pass(me))}/return`,
      { location: '판교' },
    ],
  },
];

const TOPPED_UP = 'deposit 10000; bank +10000; told payment.topped-up';
const RENTED = 'rental RENTED, bill OPEN; deposit 10000; bank +10000; told bike.rented payment.topped-up';
const RETURNED =
  'rental RETURNED, bill CLOSED; deposit 9000; bank +10000; told bike.rented bike.returned billing.closed payment.topped-up';
const NO_BILL = { body: { bill: { status: 'PENDING' } } };

const bikes: Row[] = [
  {
    call: 'rent a bike',
    status: 201,
    states: [TOPPED_UP, RENTED],
    cells: { ...BIKE, billing: NO_BILL },
    prepare: async ({ fleet }, me) => {
      await fleet.topUp(me, 10_000);
      return ['/v1/rentals', { bikeId: await fleet.bike() }];
    },
  },
  {
    call: 'return a bike',
    status: 200,
    states: [RENTED, RETURNED],
    cells: { ...BIKE, billing: LATER, payment: LATER },
    prepare: async ({ fleet }, me) => {
      await fleet.topUp(me, 10_000);
      return [`/v1/rentals/${await fleet.rent(me, await fleet.bike())}/return`, { location: '판교' }];
    },
  },
  {
    call: 'rent and return a bike',
    status: 200,
    states: [TOPPED_UP, RETURNED],
    only: ['billing'],
    cells: { billing: NO_BILL },
    prepare: async ({ fleet }, me) => {
      await fleet.topUp(me, 10_000);
      return async () => fleet.bringBack(me, await fleet.rent(me, await fleet.bike()));
    },
  },
  {
    call: 'report on a bike',
    status: 201,
    states: ['points 0', 'points 500'],
    cells: BIKE,
    prepare: async ({ fleet }, me) => {
      await fleet.admin.post('/v1/managers', { user: me.user });
      return [`/v1/bikes/${await fleet.bike()}/reports`, { batteryLevel: 50, usable: false }];
    },
  },
  {
    call: 'convert points',
    status: 201,
    states: ['points 1000', 'points 0; deposit 1000; told bike.points-converted'],
    cells: {
      ...BIKE,
      'worker payment': 'payment-unavailable',
      'database payment': { code: 'payment-unavailable', meanwhile: 'points 0' },
    },
    prepare: async ({ fleet }, me) => {
      await fleet.admin.post('/v1/managers', { user: me.user, points: 1_000 });
      return ['/v1/managers/me/conversions', { points: 1_000 }];
    },
  },
  {
    call: 'top up',
    status: 201,
    states: ['', TOPPED_UP],
    cells: { ...own('payment'), provider: 'payment-unavailable' },
    prepare: () => ['/v1/deposits/top-ups', { amount: 10_000, payment: card() }],
  },
];

const ORDERED = 'food.ordered food.paid';
const DELIVERING = `order DELIVERING, delivery STARTED; bank +4000; told food.delivering ${ORDERED}`;
const CANCELLED = `order CANCELLED, delivery CANCELLED; bank +4000 -4000; told food.cancelled food.delivering ${ORDERED}`;
const TAKEN = {
  body: { status: 'ORDERED', payment: { status: 'PENDING' } },
  meanwhile: 'order ORDERED, delivery none; told food.ordered',
};

const orders: Row[] = [
  {
    call: 'order food',
    status: 201,
    states: ['', DELIVERING],
    cells: {
      ...own('food'),
      payment: TAKEN,
      provider: TAKEN,
      delivery: { meanwhile: `order PAID, delivery none; bank +4000; told ${ORDERED}` },
    },
    prepare: (world) => ['/v1/orders', orderOf(world)],
  },
  {
    call: 'order food from the deposit',
    status: 201,
    states: [
      TOPPED_UP,
      `order DELIVERING, delivery STARTED; deposit 6000; bank +10000; told food.delivering ${ORDERED} payment.topped-up`,
    ],
    cells: { ...own('food'), payment: { body: TAKEN.body }, delivery: LATER },
    prepare: async (world, me) => {
      await world.fleet.topUp(me, 10_000);
      return ['/v1/orders', { ...orderOf(world), payment: { method: 'deposit' } }];
    },
  },
  {
    call: 'cancel an order',
    status: 200,
    states: [DELIVERING, CANCELLED],
    cells: { ...own('food'), ...NOT_REFUNDED, delivery: { body: { payment: { status: 'REFUNDED' } } } },
    prepare: async ({ kitchen }, me) => [`/v1/orders/${(await kitchen.delivering(me)).id}/cancel`],
  },
  {
    call: 'order food and cancel it',
    status: 200,
    states: ['', 'order CANCELLED, delivery none; told food.cancelled food.ordered'],
    only: ['payment', 'provider'],
    cells: {},
    prepare:
      ({ stack, kitchen }, me) =>
      async () => {
        const order = await kitchen.ordered(me);
        // The provider has refused it by then; a service that is down has not heard of it.
        await until(() => hasCharge(stack, order), { withinMs: 1_000 });
        return kitchen.cancel(me, order);
      },
  },
  {
    call: 'cancel an order whose charge is in doubt',
    status: 200,
    states: [DELIVERING, CANCELLED],
    only: ['provider'],
    cells: {
      provider: {
        code: 'refund-unavailable',
        meanwhile: 'order ORDERED, delivery none; bank +4000; told food.ordered',
      },
    },
    prepare: async ({ stack, kitchen }, me) => {
      const order = await kitchen.ordered(me, card('tok_lost'));
      expect(await until(() => hasCharge(stack, order, 'UNKNOWN'), { withinMs: 10_000, everyMs: 20 })).toBe(
        true,
      );
      return [`/v1/orders/${order}/cancel`];
    },
  },
  {
    call: 'complete a delivery',
    status: 200,
    states: [
      DELIVERING,
      `order DELIVERED, delivery COMPLETED; bank +4000; told food.delivered food.delivering ${ORDERED}`,
    ],
    cells: { ...own('food'), ...own('delivery') },
    prepare: async ({ kitchen }, me) => [
      `/v1/deliveries/${(await kitchen.delivering(me)).delivery.id}/complete`,
    ],
  },
];

const orderOf = ({ kitchen }: World) => ({
  menuId: kitchen.gimbab,
  quantity: 1,
  address: '정자역 1번 출구',
  payment: card(),
});

async function hasCharge({ db }: TestStack, order: string, state?: 'UNKNOWN'): Promise<boolean> {
  const charges = await db('payment.charges').where({ key: `${order}/charge`, ...(state && { state }) });
  return charges.length > 0;
}

const COURSE = { title: 'test', content: '여의도', reviewsAllowed: true };
const NEW = 'course v1 0/0/0/0';
const MARKED = 'told course.bookmark-gained course.bookmarked';
const SEARCH = `?sort=likes&q=${encodeURIComponent('여의도')}`;
/** Of a course of the caller's own: call, its status, what is left of it, method and path, body. */
const courses = (
  [
    ['register another course', 201, `${NEW}; ${NEW}`, 'POST', () => '', COURSE],
    ['edit a course', 200, 'course v2 0/0/0/0', 'PATCH', (id) => `/${id}`, { title: '바뀐 제목' }],
    ['like a course', 204, 'course v1 1/0/0/0', 'PUT', (id) => `/${id}/like`],
    ['bookmark a course', 204, `course v1 0/1/0/0; ${MARKED}`, 'PUT', (id) => `/${id}/bookmark`],
    [
      'comment on a course',
      201,
      'course v1 0/0/1/0; told course.commented',
      'POST',
      (id) => `/${id}/comments`,
      { text: '안녕' },
    ],
    [
      'review a course',
      201,
      'course v1 0/0/0/1; told course.reviewed',
      'POST',
      (id) => `/${id}/reviews`,
      { text: '안녕', rating: 5 },
    ],
    ['take off a bookmark that is not there', 204, NEW, 'DELETE', (id) => `/${id}/bookmark`],
    ['see a course', 200, NEW, 'GET', (id) => `/${id}`],
    ['see courses', 200, NEW, 'GET', () => ''],
    ['search courses', 200, NEW, 'GET', () => SEARCH],
  ] satisfies [string, number, string, string, (id: string) => string, object?][]
).map(([call, status, after, method, path, body]): Row => ({
  call,
  status,
  states: [NEW, after],
  cells: {
    course: 'course-unavailable',
    // Keys of POSTs are in a database of the API's own.
    'every database': method === 'POST' ? 'unavailable' : 'course-unavailable',
    // Only what is written is slow.
    ...(after === NEW && { 'slow writes': LATER }),
  },
  prepare: async (_, me) => {
    const { id } = (await me.post('/v1/courses', COURSE)).body;
    const key = { ...(method === 'POST' && { 'Idempotency-Key': 'mine' }) };
    return () => me.call(method, `/v1/courses${path(id as string)}`, body, key);
  },
}));
export const COURSE_CALLS = courses.map(({ call }) => call);

/** What the API writes by itself: refused with the rest while the service's workers are away. */
const write = (call: string, cells: Cells, path: string, body: () => object): Row => ({
  call,
  status: 201,
  states: ['', ''],
  cells,
  prepare: async ({ stack }, { user }) => {
    const [admin, what] = [await stack.signIn({ user, roles: ['admin'] }), body()];
    return () => admin.post(path, what, 'mine');
  },
});
const ownWrites: Row[] = [
  write('put a screening on', own('movie'), '/v1/screenings', () => ({
    movieName: '기생충',
    hall: `hall ${randomUUID()}`,
    startsAt: new Date(Date.now() + 3_600_000).toISOString(),
    endsAt: new Date(Date.now() + 7_200_000).toISOString(),
    rows: 1,
    columns: 1,
    price: 10_000,
  })),
  write('register a kickboard', own('kickboard'), '/v1/kickboards', () => ({ location: '판교' })),
  write('register a bike', BIKE, '/v1/bikes', () => ({ location: '판교', batteryLevel: 90 })),
  write('put a dish on the menu', own('food'), '/v1/menus', () => ({ name: 'Gimbab', price: 4_000 })),
];

/** A call that changes nothing. */
const see = (
  what: string,
  cells: Cells,
  ask: (world: World, me: TestClient) => Promise<Answer>,
  body = {},
): Row => ({
  call: `see ${what}`,
  status: 200,
  body,
  states: ['', ''],
  cells,
  prepare: (world, me) => () => ask(world, me),
});

const reads: Row[] = [
  see('the own page', { course: { body: { bookmarks: null } }, 'slow writes': LATER }, (_, me) =>
    me.get('/v1/me'),
  ),
  see('a screening', readsOf('movie'), ({ cinema }, me) => me.get(`/v1/screenings/${cinema.screeningId}`)),
  ...(
    [
      ['/v1/screenings', readsOf('movie')],
      ['/v1/kickboards', readsOf('kickboard')],
      ['/v1/bikes', readsOf('bike', 'bike-unavailable-now')],
      ['/v1/menus', readsOf('food')],
      ['/v1/deliveries', readsOf('delivery')],
      ['/v1/deposits/me', readsOf('payment')],
      ['/v1/me/messages', { 'database notification': 'unavailable' }],
    ] as const
  ).map(([path, cells]) => see(path, cells, (_, me) => me.get(path))),
  ...(
    [
      ['booking', { ...own('movie'), ...readsOf('movie') }, 'BOOKED', 'wait for the customer'],
      ['ride', { ...own('kickboard'), ...readsOf('kickboard') }, 'RENTED', 'wait for the return'],
      ['rental', { ...BIKE, ...readsOf('bike', 'bike-unavailable-now') }, 'RENTED', 'wait for the return'],
      ['order', { ...own('food'), ...readsOf('food') }, 'DELIVERING', 'wait for the delivery'],
    ] as const
  ).map(([thing, cells, status, name]) =>
    see(
      `the progress of a standing ${thing}`,
      cells,
      ({ standing }) => standing.customer.get(`/v1/${thing}s/${standing[thing]}/progress`),
      {
        status,
        steps: expect.arrayContaining([expect.objectContaining({ name, state: 'WAITING' })]) as unknown,
      },
    ),
  ),
];

export const TABLE: readonly Row[] = [
  ...bookings,
  ...kickboards,
  ...bikes,
  ...orders,
  ...courses,
  ...ownWrites,
  ...reads,
];

/**
 * All that customers have, in words: their things but for those that were refused, the lines of the bank's statement
 * on them (of what was refused what is left), and the messages to them but those of what came to nothing.
 */
export async function statesOf({ db, bank }: TestStack, customers: readonly string[]): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { customer: string; id: string; what: string | null }[] }>(
    `SELECT customer, id, what FROM (${THINGS}) things WHERE customer = ANY(?) ORDER BY place, id`,
    [[...customers]],
  );
  const thing = new Map(rows.map((row) => [row.id, row]));
  const statement = await bank<{ key: string; amount: number; kind: string }>('psp.statement').orderBy(
    'line',
  );
  const lines = statement.map(({ key, amount, kind }) => ({
    of: thing.get(key.split('/', 1)[0] ?? ''),
    amount: kind === 'capture' ? amount : -amount,
  }));
  return customers.map((customer) => {
    const own = rows.filter((row) => row.customer === customer && row.what);
    const [things, told] = [own.filter(({ id }) => id !== 'told'), own.filter(({ id }) => id === 'told')];
    const paid = lines.filter(({ of }) => of?.customer === customer);
    const left = paid.filter(({ of }) => of?.what === null).reduce((sum, { amount }) => sum + amount, 0);
    const amounts = paid.filter(({ of }) => of?.what !== null).map(({ amount }) => signed(amount));
    if (left !== 0) amounts.push(`${signed(left)} for what was refused`);
    const bankSays = amounts.length > 0 ? [`bank ${amounts.join(' ')}`] : [];
    return [...things.map(({ what }) => what), ...bankSays, ...told.map(({ what }) => what)].join('; ');
  });
}

const signed = (amount: number) => (amount < 0 ? `${amount}` : `+${amount}`);

/** What a thing is, in words; null: it was refused, but the bank may know of it. */
const THINGS = `
  SELECT 1 AS place, customer, id, CASE status WHEN 'FAILED' THEN NULL WHEN 'BOOKED' THEN 'booking BOOKED, ticket ' || ticket
    ELSE 'booking ' || status END AS what FROM movie.bookings
  UNION ALL SELECT 2, customer, id, CASE WHEN status <> 'FAILED' THEN 'pass ' || status || ' ' || rides_left END
    FROM kickboard.passes
  UNION ALL SELECT 3, customer, id, 'ride ' || status FROM kickboard.rides WHERE status <> 'REFUSED'
  UNION ALL SELECT 4, r.customer, r.id, 'rental ' || r.status || ', bill ' || coalesce(b.status, 'none')
    FROM bike.rentals r LEFT JOIN billing.bills b ON b.rental_id = r.id WHERE r.status <> 'REFUSED'
  UNION ALL SELECT 5, o.customer, o.id, CASE WHEN o.status <> 'REFUSED'
    THEN 'order ' || o.status || ', delivery ' || coalesce(d.status, 'none') END
    FROM food.orders o LEFT JOIN delivery.deliveries d ON d.order_id = o.id
  UNION ALL SELECT 6, manager, manager, 'points ' || points FROM bike.managers
  UNION ALL SELECT 7, customer, id, CASE WHEN status <> 'FAILED' THEN '' END FROM payment.top_ups
  UNION ALL SELECT 8, substr(id, 9), id, 'deposit ' || balance FROM payment.accounts WHERE id LIKE 'deposit:%'
  UNION ALL SELECT 9, host, id, concat('course v', version, ' ', likes, '/', bookmarks, '/', comments, '/', reviews)
    FROM course.courses
  UNION ALL SELECT 10, customer, 'told', 'told ' || string_agg(event, ' ' ORDER BY event)
    FROM notification.messages WHERE event <> 'movie.refused' GROUP BY customer`;
