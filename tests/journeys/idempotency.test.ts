import { randomUUID } from 'node:crypto';
import { card, Cinema } from '../cinema';
import { CINEMA, startStack, type TestStack } from '../test-stack';

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack({ only: CINEMA });
});
afterAll(() => stack.stop());

const captures = async (id: string) =>
  (await stack.provider.statementOf(id)).filter(({ kind }) => kind === 'capture').length;

test('the same key again gets the first answer and books nothing more', async () => {
  const cinema = await Cinema.open(stack);
  const minji = await stack.signIn();
  const first = await cinema.book(minji, ['1A'], card(), 'mine');
  const again = await cinema.book(minji, ['1A'], card(), 'mine');

  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect((await minji.get('/v1/bookings')).body.data).toHaveLength(1);
  expect(await captures(first.body.id)).toBe(1);
});

test('ten at the same moment under one key are one booking and one capture', async () => {
  const cinema = await Cinema.open(stack);
  const minji = await stack.signIn();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => cinema.book(minji, ['1A'], card(), 'mine')),
  );

  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(await captures(answers[0]?.body.id)).toBe(1);
  expect(await stack.workflowsOf(minji.user)).toBe(1);
});

test('a refusal is given again as well, in the words of whoever asks', async () => {
  const cinema = await Cinema.open(stack);
  const minji = await stack.signIn();
  const first = await cinema.book(minji, ['1A'], card('tok_declined'), 'mine');
  const again = await cinema.book(minji, ['1A'], card('tok_declined'), 'mine');
  expect([first.status, again.status]).toEqual([402, 402]);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect((await minji.get('/v1/bookings')).body.data).toHaveLength(1);
});

test('another body under the same key is refused', async () => {
  const cinema = await Cinema.open(stack);
  const minji = await stack.signIn();
  await cinema.book(minji, ['1A'], card(), 'mine');
  const other = await cinema.book(minji, ['1B'], card(), 'mine');
  expect([other.status, other.body.code]).toEqual([422, 'idempotency-mismatch']);
  expect(await cinema.seat('1B')).toBe('FREE');
});

test('the key belongs to its user and path', async () => {
  const cinema = await Cinema.open(stack);
  const [minji, jun] = await Promise.all([stack.signIn(), stack.signIn()]);
  const mine = await cinema.book(minji, ['1A'], card(), 'one');
  const his = await cinema.book(jun, ['1B'], card(), 'one');
  expect([mine.status, his.status]).toEqual([201, 201]);
  expect((await minji.post(`/v1/bookings/${mine.body.id}/cancel`, {}, 'one')).status).toBe(200);
});

test('a 503 decides nothing: the same key tries anew, as a new booking', async () => {
  const cinema = await Cinema.open(stack);
  const minji = await stack.signIn();
  const key = randomUUID();
  const first = await cinema.book(minji, ['1A'], card('tok_error_after'), key);
  expect(first.status).toBe(503);
  const again = await cinema.book(minji, ['1A'], card('tok_error_after'), key);
  expect(again.headers.get('idempotency-replayed')).toBeNull();
  expect(await stack.workflowsOf(minji.user)).toBe(2);
});

test('a cancel under one key is one refund with one answer, also when asked at the same moment', async () => {
  const cinema = await Cinema.open(stack);
  const minji = await stack.signIn();
  const id = await cinema.booked(minji, ['1A']);
  const cancel = () => minji.post(`/v1/bookings/${id}/cancel`, {}, 'cancel');
  const answers = [...(await Promise.all([cancel(), cancel(), cancel()])), await cancel()];
  expect(answers.map(({ status, body }) => [status, body.status])).toEqual(Array(4).fill([200, 'CANCELLED']));
  expect(await stack.provider.netOf(id)).toBe(0);
});

test('the answer outlives the API', async () => {
  const cinema = await Cinema.open(stack);
  const minji = await stack.signIn();
  const first = await cinema.book(minji, ['1A'], card(), 'mine');
  await stack.kill('api');
  await stack.start('api');
  await stack.ready();
  const again = await cinema.book(minji, ['1A'], card(), 'mine');
  expect(again.body).toEqual(first.body);
  expect(await captures(first.body.id)).toBe(1);
});
