import { until } from '../../engine/wait';
import { tableOf } from '../../manifests/all';
import { card, Cinema, ticketIssued } from '../cinema';
import { Fleet } from '../fleet';
import { Kitchen } from '../kitchen';
import { bodyOf, type TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';

const OPERATIONS = '/v1/operations';

let stack: TestStack;
let yuna: TestClient;
let minji: TestClient;
let cinema: Cinema;
let booking: string;
let order: string;
let rental: string;
beforeAll(async () => {
  stack = await startStack({
    listeners: ['views', 'notification'],
    env: { OPERATOR_AFTER_SECONDS: '1' },
    wideLimits: 'all services share one process',
  });
  [yuna, minji] = await Promise.all([
    stack.signIn({ roles: ['admin'], locale: 'en' }),
    stack.signIn({ user: "minji's", locale: 'en' }),
  ]);
  const [fleet, kitchen] = await Promise.all([Fleet.open(stack), Kitchen.open(stack)]);
  cinema = await Cinema.open(stack);
  await fleet.topUp(minji, 50_000);
  booking = await cinema.booked(minji, ['1A']);
  order = (await kitchen.delivering(minji)).id as string;
  rental = await fleet.rent(minji, await fleet.bike());
  await ticketIssued(minji, booking);
});
afterEach(() => stack.provider.heal());
afterAll(() => stack.stop());

const read = async (path: string) => bodyOf(await yuna.get(`${OPERATIONS}/${path}`));

/** Two bookings whose money the provider keeps. @returns what is parked, by the booking's id */
async function stuck(...seats: string[]): Promise<Map<string, string>> {
  const { workflow } = await stack.temporal;
  const ids = await Promise.all(seats.map((seat) => cinema.booked(minji, [seat], 'tok_norefund')));
  for (const id of ids) await workflow.getHandle(id).cancel();
  const parked = new Map<string, string>();
  const all = async () => {
    for (const one of (await read('parked')).data) if (ids.includes(one.for)) parked.set(one.for, one.id);
    return parked.size === ids.length;
  };
  expect(await until(all, { withinMs: 30_000, everyMs: 200 })).toBe(true);
  return parked;
}

test('a thing is found by its id, whatever its kind', async () => {
  const found = async (id: string) => (await read(`search?q=${id}`)).data;
  expect(await found(booking)).toEqual([
    {
      ...{ kind: 'booking', id: booking, customer: minji.user, status: 'BOOKED' },
      ...{ createdAt: expect.any(String), href: `/v1/bookings/${booking}` },
    },
  ]);
  const { paymentId } = await stack
    .db('movie.bookings')
    .where({ id: booking })
    .first<{ paymentId: string }>({ paymentId: 'payment_id' });
  const tables = {
    [rental]: 'rental',
    [order]: 'order',
    [cinema.screeningId]: 'screening',
    [paymentId]: 'charge',
  };
  for (const [id, kind] of Object.entries(tables)) {
    const [one] = await found(id);
    expect(one).toMatchObject({ kind, id });
    if (one.href !== null) expect((await yuna.get(one.href)).status).toBe(200);
  }
  expect(await found(booking.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).toEqual([]);
});

test('an id of any kind that there is, of nothing, finds nothing', async () => {
  const others = ['kbd', 'bik', 'bil', 'mnu', 'dlv', 'pay', 'trf', 'prk'];
  for (const prefix of [...Object.keys(tableOf('tables')), ...others])
    expect((await read(`search?q=${prefix}_01h455vb4pex5vsknk084sn02q`)).data).toEqual([]);
});

test('a customer is found by name, and by an e-mail or phone that they have confirmed', async () => {
  const newest = [
    { kind: 'customer', href: `${OPERATIONS}/customers/${encodeURIComponent(minji.user)}` },
    ...[rental, order, booking].map((id) => ({ id, customer: minji.user })),
  ];
  const search = async (q: string) => (await read(`search?q=${encodeURIComponent(q)}`)).data;
  expect(await search(minji.user)).toMatchObject([...newest, { kind: 'top-up' }]);
  const contact = { email: 'Minji@example.com', phone: '010-1234-5678' };
  bodyOf(await minji.call('PUT', '/v1/me/contact', contact));
  for (const q of ['minji@example.com', '+82 10-1234-5678']) expect(await search(q)).toEqual([]);
  const confirmed = { email_confirmed_at: stack.db.fn.now(), phone_confirmed_at: stack.db.fn.now() };
  await stack.db('notification.contacts').where({ customer: minji.user }).update(confirmed);
  for (const q of ['minji@example.com', '+82 10-1234-5678'])
    expect(await search(q)).toMatchObject([...newest, { kind: 'top-up' }]);
  expect(await search('nobody')).toEqual([]);
});

test('support sees a customer as they see themselves, with money and messages', async () => {
  const told = async () => (await read(`customers/${encodeURIComponent(minji.user)}`)).messages.length > 4;
  expect(await until(told, { withinMs: 20_000, everyMs: 200 })).toBe(true);
  const page = await read(`customers/${encodeURIComponent(minji.user)}`);
  const { bookings, orders, rentals, deposit } = bodyOf(await minji.get('/v1/me'));
  const ofMinji = (things: object[]) => things.map((thing) => ({ ...thing, customer: minji.user }));
  expect(page).toMatchObject({
    ...{ customer: minji.user, bookings: ofMinji(bookings), orders: ofMinji(orders) },
    rentals: ofMinji(rentals),
    deposit: { ...deposit, entries: [{ kind: 'TOP_UP', amount: 50_000 }] },
  });
  expect(page.messages.map(({ event }: { event: string }) => event)).toContain('movie.booked');
});

test('the overview says how everything is, and what today and the last hour came to', async () => {
  const overview = await read('overview');
  expect(overview).toMatchObject({
    ready: true,
    parts: { database: true, temporal: true, 'queue movie': true },
    circuits: { card: 'closed', 'bike claims': 'closed' },
    inDoubt: { charges: 0, refunds: 0 },
    today: { bookings: { BOOKED: 1 }, orders: { DELIVERING: 1 }, rentals: { RENTED: 1 } },
  });
  expect(Object.keys(overview.backlog)).toContain('boxoffice');
  expect(overview.lastHour).toHaveLength(12);
  const spans = overview.lastHour as { made: Record<string, number> }[];
  const made = (domain: string) => spans.reduce((sum, { made }) => sum + (made[domain] ?? 0), 0);
  expect(['movie', 'food', 'bike'].map(made)).toEqual([1, 1, 1]);
});

test('sagas are found by domain, state, customer and age, page by page', async () => {
  const query = new URLSearchParams({ customer: minji.user, state: 'open', limit: '1' }).toString();
  const seen: string[] = [];
  const paged = async () => {
    seen.length = 0;
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await read(`sagas?${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      seen.push(...page.data.map(({ id }: { id: string }) => id));
      cursor = page.nextCursor;
    }
    return seen.length === 3;
  };
  expect(await until(paged, { withinMs: 20_000, everyMs: 300 })).toBe(true);
  expect(seen.sort()).toEqual([booking, order, rental].sort());
  const of = async (more: string) =>
    (await read(`sagas?customer=${encodeURIComponent(minji.user)}&${more}`)).data;
  expect(await of('domain=movie')).toMatchObject([
    {
      id: booking,
      workflow: 'bookSeats',
      domain: 'movie',
      customer: minji.user,
      state: 'open',
      endedAt: null,
    },
  ]);
  expect(await of('olderThan=3600')).toEqual([]);
  const { status, body } = await yuna.get(`${OPERATIONS}/sagas?cursor=nonsense`);
  expect([status, body.errors?.[0]?.path]).toEqual([400, 'query.cursor']);
});

test('the ledger is read by account, thing and time, and adds up', async () => {
  const accounts = (await read('ledger/accounts?limit=100')).data;
  expect(accounts.reduce((sum: number, { balance }: { balance: number }) => sum + balance, 0)).toBe(0);
  const deposit = `deposit:${minji.user}`;
  expect((await read('ledger/accounts?beginning=deposit:')).data).toEqual([{ id: deposit, balance: 50_000 }]);

  const transfers = async (query: object) =>
    (await read(`ledger/transfers?${new URLSearchParams({ ...query }).toString()}`)).data;
  expect(await transfers({ account: deposit })).toMatchObject([
    { kind: 'TOP_UP', to: deposit, amount: 50_000 },
  ]);
  const [capture] = await transfers({ reference: booking });
  expect(capture).toMatchObject({ kind: 'CAPTURE', from: 'provider', to: 'revenue:movie', amount: 10_000 });
  expect(await transfers({ reference: booking, from: capture.at })).toHaveLength(1);
  expect(await transfers({ reference: booking, to: capture.at })).toEqual([]);

  const [first, second] = [await read('ledger/transfers?limit=2'), await transfers({})];
  const rest = await read(`ledger/transfers?cursor=${first.nextCursor}`);
  expect([...first.data, ...rest.data]).toEqual(second);
  const { comparedTo, lastTransfer, data } = await read('ledger/reconciliations');
  expect(comparedTo).toBeLessThanOrEqual(lastTransfer);
  expect(data).toEqual([]);
});

test('an audit is begun, joined, and says what holds; a breach is named', async () => {
  const audit = async () => {
    const begun = await yuna.post(`${OPERATIONS}/audits`);
    expect([begun.status, begun.body.status]).toEqual([202, 'RUNNING']);
    expect((await yuna.post(`${OPERATIONS}/audits`)).body.id).toBe(begun.body.id);
    let seen: any;
    const ended = async () => (seen = await read(`audits/${begun.body.id}`)).status !== 'RUNNING';
    expect(await until(ended, { withinMs: 60_000, everyMs: 300 })).toBe(true);
    return seen;
  };
  const clean = await audit();
  expect(clean).toMatchObject({ status: 'HOLDS', by: yuna.user, error: null });
  expect(clean.laws.length).toBeGreaterThan(40);

  const row = () => stack.db('payment.accounts').where({ id: `deposit:${minji.user}` });
  await row().increment('balance', 1);
  const broken = await audit();
  await row().decrement('balance', 1);
  expect(broken.status).toBe('BROKEN');
  const named = broken.laws.filter(({ breaches }: { breaches: string[] }) => breaches.length > 0);
  expect(JSON.stringify(named)).toContain(`deposit:${minji.user}`);
}, 150_000);

test('many are decided on at once, each with its own outcome, and the log says who did what and why', async () => {
  const parked = await stuck('5A', '5B', '5C');
  const [one, two, three] = [...parked.values()] as [string, string, string];
  const unknown = 'prk_01h455vb4pex5vsknk084sn02q';
  bodyOf(await yuna.post(`${OPERATIONS}/parked/${three}/write-off`, { reason: 'gone' }));
  const body = { ids: [one, two, three, unknown], action: 'settle', reason: 'paid in cash' };
  const { data } = bodyOf(await yuna.post(`${OPERATIONS}/parked/decisions`, body));
  expect(data).toEqual([
    { id: one, status: 200, state: 'SETTLED' },
    { id: two, status: 200, state: 'SETTLED' },
    { id: three, status: 409, code: 'already-decided' },
    { id: unknown, status: 404, code: 'not-found' },
  ]);
  const twice = await yuna.post(`${OPERATIONS}/parked/decisions`, { ...body, ids: [one, one] });
  expect([twice.status, twice.body.errors[0].path]).toEqual([400, 'body.ids']);

  const log = await read(`log?by=${yuna.user}&limit=2`);
  expect(log.data).toMatchObject([
    {
      ...{ by: yuna.user, act: 'POST /v1/operations/parked/decisions', about: body.ids },
      ...{ reason: 'paid in cash', status: 200 },
    },
    { act: 'POST /v1/operations/parked/{id}/write-off', about: [three], reason: 'gone', status: 200 },
  ]);
  const table = await fetch(`${stack.url}${OPERATIONS}/log?by=${yuna.user}`, {
    headers: { accept: 'text/csv', authorization: `Bearer ${yuna.token}` },
  });
  expect(table.headers.get('content-type')).toMatch(/^text\/csv/);
  expect((await table.text()).split('\n')[1]).toContain('paid in cash');
  expect((await read(`log?to=${log.data[1].at}`)).data).not.toContainEqual(log.data[1]);
}, 90_000);

test('an operator cancels a booking and an order, near the screening too, and their customer reads why', async () => {
  const soon = await Cinema.open(stack, { startsIn: 10 });
  const near = await soon.booked(minji, ['1A']);
  expect((await minji.post(`/v1/bookings/${near}/cancel`)).body.code).toBe('too-late');
  const reason = 'the projector is broken';
  const withdrawals: [string, string][] = [
    ['bookings', near],
    ['orders', order],
  ];
  for (const [things, id] of withdrawals) {
    const path = `${OPERATIONS}/${things}/${id}/cancel`;
    expect(bodyOf(await yuna.post(path, { reason }, `withdraw-${id}`)).status).toBe('CANCELLED');
    expect(bodyOf(await yuna.post(path, { reason }, `withdraw-${id}`)).status).toBe('CANCELLED');
    expect((await yuna.post(path, { reason })).body.code).toBe('already-cancelled');
    const { summary, steps } = bodyOf(await minji.get(`/v1/${things}/${id}/explanation`));
    expect(summary).toMatch(/cancelled\. You paid KRW [\d,]+ and got all of it back\.$/);
    expect(steps).toContainEqual({
      at: expect.any(String),
      what: 'Our staff began to cancel it.',
      why: reason,
    });
    expect(await stack.provider.netOf(id)).toBe(0);
  }
  expect((await minji.post(`${OPERATIONS}/bookings/${booking}/cancel`, { reason })).status).toBe(403);
}, 60_000);

test('an operator takes a bike back, with a reason that its customer reads', async () => {
  const reason = 'found in the river';
  const location = '탄천';
  bodyOf(await yuna.post(`/v1/rentals/${rental}/return`, { location, reason }));
  const { steps } = bodyOf(await minji.get(`/v1/rentals/${rental}/explanation`));
  expect(steps).toContainEqual({ at: expect.any(String), what: 'Our staff took it back.', why: reason });
  const [act] = (await read(`log?by=${yuna.user}&limit=1`)).data;
  expect(act).toMatchObject({ about: [rental], reason, status: 200 });
}, 60_000);

test('every change by an admin is in the log, also what was refused; it cannot be taken out', async () => {
  const admin = await stack.signIn({ roles: ['admin'] });
  const mine = async () =>
    (await read(`log?by=${admin.user}`)).data.map(({ act, status }: any) => [act, status]);
  const { id } = bodyOf(await admin.post('/v1/bikes', { location: '판교역' }, 'once'), 201);
  bodyOf(await admin.post('/v1/bikes', { location: '판교역' }, 'once'), 201);
  bodyOf(await admin.call('DELETE', `/v1/bikes/${id}`), 204);
  bodyOf(await admin.call('DELETE', `/v1/bikes/${id}`), 404);
  expect(await mine()).toEqual([
    ['DELETE /v1/bikes/{id}', 404],
    ['DELETE /v1/bikes/{id}', 204],
    ['POST /v1/bikes', 201],
  ]);
  bodyOf(
    await minji.post('/v1/bookings', { screeningId: cinema.screeningId, seats: ['9A'], payment: card() }),
    201,
  );
  expect((await read(`log?by=${encodeURIComponent(minji.user)}`)).data).toEqual([]);
  for (const change of [{ reason: 'another' }, { status: 200 }])
    await expect(stack.db('api.acts').where({ by_whom: admin.user }).update(change)).rejects.toThrow(
      'never changed',
    );
  await expect(stack.db('api.acts').delete()).rejects.toThrow(/never changed|permission denied/);
});
