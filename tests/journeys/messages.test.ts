import { until } from '../../engine/wait';
import { card, Cinema } from '../cinema';
import type { Customer } from '../customer';
import { startSystem, type System } from '../system';

let system: System;
beforeAll(async () => {
  system = await startSystem({ without: ['notification'] });
});
afterAll(() => system.stop());

interface Message {
  id: string;
  event: string;
  text: string;
  at: string;
}

async function messagesOf(customer: Customer, query = ''): Promise<Message[]> {
  const { status, body } = await customer.get(`/v1/me/messages${query}`);
  expect(status).toBe(200);
  return body.data as Message[];
}

/** Once there are so many, or after a while. */
async function told(customer: Customer, count: number): Promise<Message[]> {
  await until(async () => (await messagesOf(customer)).length >= count, { withinMs: 10_000, everyMs: 20 });
  return messagesOf(customer);
}

const eventsOf = (messages: readonly Message[]) => messages.map(({ event }) => event);

/** Books two seats, has one ticket handed out, cancels the other booking. */
async function visit(customer: Customer): Promise<void> {
  const cinema = await Cinema.open(system);
  const staff = await system.customer({ roles: ['staff'] });
  const collected = await cinema.booked(customer, ['1A']);
  const cancelled = await cinema.booked(customer, ['2A', '2B']);
  await until(async () => (await staff.post(`/v1/bookings/${collected}/collect`)).status === 200, {
    withinMs: 10_000,
    everyMs: 50,
  });
  expect((await customer.post(`/v1/bookings/${cancelled}/cancel`)).status).toBe(200);
}

const VISIT = ['movie.cancelled', 'movie.collected', 'movie.booked', 'movie.booked'];
let early: Customer;

test('with notification down everything else goes on; once it joins, each change is told once', async () => {
  early = await system.customer({ locale: 'ko' });
  await visit(early);
  expect(await messagesOf(early)).toEqual([]);

  await system.follow(['notification']);
  expect(eventsOf(await told(early, 4))).toEqual(VISIT);
});

test('booking, collecting and cancelling give one message each, in Korean for a Korean customer', async () => {
  const minji = await system.customer({ locale: 'ko' });
  await visit(minji);
  const messages = await told(minji, 4);
  expect(messages.map(({ event, text }) => [event, text])).toEqual([
    ['movie.cancelled', '예매가 취소되고 20,000원이 환불되었습니다: 기생충, 좌석 2A, 2B.'],
    ['movie.collected', '티켓을 수령하셨습니다: 기생충, 좌석 1A.'],
    ['movie.booked', '예매가 완료되었습니다: 기생충, 좌석 2A, 2B, 20,000원.'],
    ['movie.booked', '예매가 완료되었습니다: 기생충, 좌석 1A, 10,000원.'],
  ]);
});

test('in English for a customer who reads English', async () => {
  const sam = await system.customer({ locale: 'en' });
  expect((await sam.post('/v1/deposits/top-ups', { amount: 5_000, payment: card() })).status).toBe(201);
  expect((await told(sam, 1)).map(({ text }) => text)).toEqual(['Your deposit was topped up by KRW 5,000.']);
});

test('what came to nothing is no news', async () => {
  const poor = await system.customer();
  const cinema = await Cinema.open(system);
  expect((await cinema.book(poor, ['1A'], card('tok_declined'))).status).toBe(402);
  expect((await cinema.book(poor, ['1B'])).status).toBe(201);
  expect(eventsOf(await told(poor, 1))).toEqual(['movie.booked']);
});

test('page by page, newest first; others see none of it', async () => {
  const all = await messagesOf(early);
  const first = await early.get('/v1/me/messages?limit=3');
  const rest = await early.get(`/v1/me/messages?cursor=${first.body.nextCursor}`);
  expect([...first.body.data, ...rest.body.data]).toEqual(all);
  expect(rest.body.nextCursor).toBeNull();
  expect(await messagesOf(await system.customer())).toEqual([]);
});

test('its process killed again and again while customers book: each change is told once', async () => {
  const customers = await Promise.all(Array.from({ length: 6 }, () => system.customer()));
  const cinema = await Cinema.open(system);
  const booking = customers.map(async (customer, row) => {
    for (const column of ['A', 'B', 'C', 'D', 'E']) await cinema.booked(customer, [`${row + 1}${column}`]);
  });
  for (let kills = 0; kills < 4; kills++) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await system.kill('notification');
    await system.follow(['notification']);
  }
  await Promise.all(booking);
  for (const customer of customers)
    expect(eventsOf(await told(customer, 5))).toEqual(Array.from({ length: 5 }, () => 'movie.booked'));
});

test('the page of a customer shows what they have just been answered', async () => {
  const minji = await system.customer();
  const cinema = await Cinema.open(system);
  for (const seat of ['1A', '1B', '1C', '1D', '1E']) {
    const id = await cinema.booked(minji, [seat]);
    const { body } = await minji.get('/v1/me');
    expect(body.bookings[0]).toMatchObject({ id, status: 'BOOKED' });
  }
  await minji.post('/v1/deposits/top-ups', { amount: 7_000, payment: card() });
  expect((await minji.get('/v1/me')).body.deposit).toEqual({ balance: 7_000 });
});

test('operators see how far pages and the inbox are behind', async () => {
  const text = await (await fetch(`${system.url}/metrics`)).text();
  expect(text).toMatch(/^haru_consumer_lag_events\{consumer="bookings",source="movie"\} \d+$/m);
  expect(text).toMatch(/^haru_consumer_lag_seconds\{consumer="notification",source="movie"\} /m);
});
