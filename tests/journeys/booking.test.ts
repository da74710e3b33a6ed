import { pause, until } from '../../engine/wait';
import { card, Cinema } from '../cinema';
import { CINEMA, startStack, type TestStack } from '../test-stack';

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA });
});
afterAll(() => stack.stop());

test('a booked seat is paid, sold and gets its ticket', async () => {
  const cinema = await Cinema.open(stack);
  const minji = await stack.signIn();

  const { status, body, headers } = await cinema.book(minji, ['1A', '2B']);
  expect(status).toBe(201);
  expect(headers.get('location')).toBe(`/v1/bookings/${body.id}`);
  expect(body).toMatchObject({
    status: 'BOOKED',
    statusCode: 1,
    screeningId: cinema.screeningId,
    movieName: '기생충',
    seats: ['1A', '2B'],
    quantity: 2,
    totalPrice: 20_000,
    payment: { status: 'CAPTURED', method: 'card' },
  });
  expect(await cinema.seat('1A')).toBe('SOLD');
  expect(await stack.provider.netOf(body.id)).toBe(20_000);

  const ticket = () =>
    minji.get(`/v1/bookings/${body.id}`).then((answer) => answer.body.ticket.status === 'ISSUED');
  expect(await until(ticket, { withinMs: 5_000 })).toBe(true);
});

test('seats that are seen to be taken are named, and start no saga', async () => {
  const cinema = await Cinema.open(stack);
  await cinema.booked(await stack.signIn(), ['5E', '5F']);
  const minji = await stack.signIn({ locale: 'en' });
  const { status, body } = await cinema.book(minji, ['5F', '5G', '5E']);
  expect([status, body.code]).toEqual([409, 'seat-taken']);
  expect(body.detail).toContain('5E, 5F');
  expect(await stack.workflowsOf(minji.user)).toBe(0);
});

test('a declined card leaves no booking, no charge and a free seat', async () => {
  const cinema = await Cinema.open(stack);
  const minji = await stack.signIn();

  const { status, body } = await cinema.book(minji, ['1A'], card('tok_declined'));
  expect([status, body.code]).toEqual([402, 'payment-declined']);
  expect(await cinema.seat('1A')).toBe('FREE');

  const { body: list } = await minji.get('/v1/bookings');
  expect(list.data).toMatchObject([{ status: 'FAILED', statusCode: null, reason: 'payment-declined' }]);
  expect(await stack.provider.netOf(list.data[0].id)).toBe(0);
});

test.each(['tok_lost', 'tok_slow', 'tok_error_after'])(
  'an answer that is lost (%s) is no booking, and whatever was captured goes back',
  async (token) => {
    const cinema = await Cinema.open(stack);
    const minji = await stack.signIn();

    const answer = await cinema.book(minji, ['1A'], card(token));
    expect([answer.status, answer.body.code]).toEqual([503, 'payment-unavailable']);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await until(async () => (await cinema.seat('1A')) === 'FREE', { withinMs: 5_000 })).toBe(true);

    const { body } = await minji.get('/v1/bookings');
    const statement = () => stack.provider.statementOf(body.data[0].id);
    const givenBack = async () => (await statement()).map(({ kind }) => kind).join() === 'capture,refund';
    expect(await until(givenBack, { withinMs: 60_000, everyMs: 250 })).toBe(true);
    expect(await stack.provider.netOf(body.data[0].id)).toBe(0);
  },
);

test('a provider that answers 503 twice and then captures is one booking with one capture', async () => {
  const cinema = await Cinema.open(stack);
  const id = await cinema.booked(await stack.signIn(), ['1A'], 'tok_flaky');
  expect((await stack.provider.statementOf(id)).map(({ kind }) => kind)).toEqual(['capture']);
});

test('a cancelled booking is refunded and its seats are free', async () => {
  const cinema = await Cinema.open(stack);
  const minji = await stack.signIn();
  const id = await cinema.booked(minji, ['1A']);

  const { status, body } = await minji.post(`/v1/bookings/${id}/cancel`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: 'CANCELLED',
    statusCode: 9,
    payment: { status: 'REFUNDED' },
    refund: { amount: 10_000, status: 'REFUNDED' },
  });
  expect(await cinema.seat('1A')).toBe('FREE');
  expect(await stack.provider.netOf(id)).toBe(0);
  expect((await minji.post(`/v1/bookings/${id}/cancel`)).body.code).toBe('already-cancelled');

  await cinema.booked(await stack.signIn(), ['1A']);
});

test('screenings are listed in the order of time, page by page, with the seats that are left', async () => {
  const admin = await stack.signIn({ roles: ['admin'] });
  const hall = `hall of ${admin.user}`;
  for (const day of ['03', '01', '02']) {
    const times = { startsAt: `2090-01-${day}T10:00:00Z`, endsAt: `2090-01-${day}T12:00:00Z` };
    const { status } = await admin.post('/v1/screenings', {
      movieName: '올드보이',
      hall,
      ...times,
      rows: 2,
      columns: 3,
      price: 9_000,
    });
    expect(status).toBe(201);
  }
  const seen: { hall: string; startsAt: string; seatsFree: number }[] = [];
  for (let cursor = ''; ;) {
    const { body } = await admin.get(`/v1/screenings?limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.data);
    if (body.nextCursor === null) break;
    cursor = body.nextCursor as string;
  }
  const mine = seen.filter((screening) => screening.hall === hall);
  expect(mine.map(({ startsAt }) => startsAt.slice(8, 10))).toEqual(['01', '02', '03']);
  expect(mine[0]?.seatsFree).toBe(6);
});

test('a booking tells its steps, and the page of its customer shows it', async () => {
  const cinema = await Cinema.open(stack);
  const minji = await stack.signIn();
  const id = await cinema.booked(minji, ['3C']);
  const { status, body } = await minji.get(`/v1/bookings/${id}/progress`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ workflowId: id, status: 'BOOKED' });
  expect(body.steps.slice(0, 3)).toMatchObject([
    { name: 'hold seats', state: 'DONE' },
    { name: 'charge', state: 'DONE' },
    { name: 'confirm', state: 'DONE' },
  ]);
  expect((await minji.get('/v1/me')).body).toMatchObject({
    deposit: { balance: 0 },
    customer: minji.user,
    bookings: [{ id, statusCode: 1 }],
  });
});

test('a screening of which something is sold stays; another is taken off, and its hall is free again', async () => {
  const [cinema, minji, admin] = await Promise.all([
    Cinema.open(stack),
    stack.signIn(),
    stack.signIn({ roles: ['admin'] }),
  ]);
  const id = await cinema.booked(minji, ['1A']);
  const path = `/v1/screenings/${cinema.screeningId}`;
  const remove = () => admin.call('DELETE', path);
  const refused = await remove();
  expect([refused.status, refused.body.code]).toEqual([409, 'screening-sold']);
  const { hall, startsAt, endsAt } = (await admin.get(path)).body as Record<string, string>;
  await minji.post(`/v1/bookings/${id}/cancel`);
  expect((await remove()).status).toBe(204);
  expect([(await admin.get(path)).status, (await remove()).status]).toEqual([404, 404]);
  expect((await cinema.book(minji, ['1A'])).body.code).toBe('unknown-screening');
  // What became of it is still told.
  expect((await minji.get(`/v1/bookings/${id}`)).body).toMatchObject({
    status: 'CANCELLED',
    movieName: '기생충',
  });
  const next = { movieName: '괴물', hall, startsAt, endsAt, rows: 1, columns: 1, price: 1_000 };
  expect((await admin.post('/v1/screenings', next)).status).toBe(201);
});

test('of a booking and the removal of its screening at once one comes about', async () => {
  const admin = await stack.signIn({ roles: ['admin'] });
  const pairs = Array.from({ length: 12 }, async (_, i) => {
    const [cinema, who] = await Promise.all([Cinema.open(stack, { rows: 1, columns: 1 }), stack.signIn()]);
    const removal = pause(i * 5).then(() => admin.call('DELETE', `/v1/screenings/${cinema.screeningId}`));
    const [booked, removed] = await Promise.all([cinema.book(who, ['1A']), removal]);
    return `${booked.status} ${removed.status}`;
  });
  for (const pair of await Promise.all(pairs)) expect(pair).toMatch(/^(201 409|4(09|22) 204)$/);
});

test.each([
  ['a booking that is being written', 'BEFORE INSERT ON movie.seat_claims', '201 409'],
  ['a removal that is being written', 'BEFORE UPDATE ON movie.screenings', '409 204'],
])('%s decides: whatever comes meanwhile waits for it', async (_, slow, outcome) => {
  const [cinema, who, admin] = await Promise.all([
    Cinema.open(stack),
    stack.signIn(),
    stack.signIn({ roles: ['admin'] }),
  ]);
  const row = slow.endsWith('screenings') ? 'id' : 'screening_id';
  await stack.db.raw(`
    CREATE FUNCTION movie.slowly() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$;
    CREATE TRIGGER slowly ${slow} FOR EACH ROW WHEN (NEW.${row} = '${cinema.screeningId}')
      EXECUTE FUNCTION movie.slowly()`);
  const book = async () => (await cinema.book(who, ['1A'])).status;
  const remove = async () => (await admin.call('DELETE', `/v1/screenings/${cinema.screeningId}`)).status;
  const [first, second] = row === 'id' ? [remove, book] : [book, remove];
  const answers = await Promise.all([first(), pause(500).then(second)]);
  await stack.db.raw('DROP FUNCTION movie.slowly CASCADE');
  expect((row === 'id' ? answers.reverse() : answers).join(' ')).toBe(outcome);
});

test('once the engine has dropped a saga its progress is gone, and the booking is still there', async () => {
  const cinema = await Cinema.open(stack);
  const minji = await stack.signIn();
  const id = await cinema.booked(minji, ['1A']);
  expect((await minji.post(`/v1/bookings/${id}/cancel`)).body.status).toBe('CANCELLED');
  const progress = () => minji.get(`/v1/bookings/${id}/progress`);
  const { workflow, workflowService, options } = await stack.temporal;
  await workflow.getHandle(id).result();
  expect((await progress()).status).toBe(200);

  // As it does by itself when the time of keeping histories is over; it takes some seconds.
  const { runId } = await workflow.getHandle(id).describe();
  await workflowService.deleteWorkflowExecution({
    namespace: options.namespace,
    workflowExecution: { workflowId: id, runId },
  });
  const isGone = async () => (await progress()).status === 410;
  expect(await until(isGone, { withinMs: 60_000, everyMs: 250 })).toBe(true);
  expect((await progress()).body.code).toBe('history-expired');
  expect((await minji.get(`/v1/bookings/${id}`)).body.status).toBe('CANCELLED');
}, 90_000);
