import { KickboardRepository } from '../../activities/kickboard/repository';
import { DOMAINS } from '../../config';
import { until } from '../../engine/wait';
import { VIEWS } from '../../views/all';
import { card, Cinema, ticketIssued } from '../cinema';
import { bodyOf, created, type TestClient } from '../test-client';
import { Fleet } from '../fleet';
import { startStack, type TestStack } from '../test-stack';

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

interface Message {
  id: string;
  event: string;
  text: string;
  at: string;
}

async function messagesOf(customer: TestClient, query = ''): Promise<Message[]> {
  const { status, body } = await customer.get(`/v1/me/messages${query}`);
  expect(status).toBe(200);
  return body.data as Message[];
}

/** Once there are so many, or after a while. */
async function told(customer: TestClient, count: number): Promise<Message[]> {
  await until(async () => (await messagesOf(customer)).length >= count, { withinMs: 10_000, everyMs: 20 });
  return messagesOf(customer);
}

const eventsOf = (messages: readonly Message[]) => messages.map(({ event }) => event);

/** Books two seats, has one ticket handed out, cancels the other booking. */
async function visit(customer: TestClient): Promise<void> {
  const cinema = await Cinema.open(stack);
  const staff = await stack.signIn({ roles: ['staff'] });
  const collected = await cinema.booked(customer, ['1A']);
  const cancelled = await cinema.booked(customer, ['2A', '2B']);
  await Promise.all([collected, cancelled].map((id) => ticketIssued(customer, id)));
  bodyOf(await staff.post(`/v1/bookings/${collected}/collect`));
  bodyOf(await customer.post(`/v1/bookings/${cancelled}/cancel`));
}

/** In which order tickets and the other booking are told nobody knows. */
const VISIT = [
  'movie.cancelled',
  'movie.collected',
  ...['movie.booked', 'movie.booked', 'movie.ticket-issued', 'movie.ticket-issued'],
];
const visited = (events: readonly string[]) => [...events.slice(0, 2), ...events.slice(2).toSorted()];
let early: TestClient;

test('with notification down everything else goes on; once it joins, each change is told once', async () => {
  early = await stack.signIn({ locale: 'ko' });
  await visit(early);
  expect(await messagesOf(early)).toEqual([]);

  await stack.follow(['notification']);
  expect(visited(eventsOf(await told(early, 6)))).toEqual(VISIT);
});

test('booking, collecting and cancelling give one message each, in Korean for a Korean customer', async () => {
  const minji = await stack.signIn({ locale: 'ko' });
  await visit(minji);
  const messages = await told(minji, 6);
  expect(visited(eventsOf(messages))).toEqual(VISIT);
  expect(messages.map(({ text }) => text).toSorted()).toEqual([
    '예매가 완료되었습니다: 기생충, 좌석 1A, 10,000원.',
    '예매가 완료되었습니다: 기생충, 좌석 2A, 2B, 20,000원.',
    '예매가 취소되었습니다: 기생충, 좌석 2A, 2B. 20,000원이 환불되었습니다.',
    '티켓을 수령하셨습니다: 기생충, 좌석 1A.',
    '티켓이 준비되었습니다: 기생충, 좌석 1A. 영화관에서 수령해 주세요.',
    '티켓이 준비되었습니다: 기생충, 좌석 2A, 2B. 영화관에서 수령해 주세요.',
  ]);
});

test('in English for a customer who reads English', async () => {
  const sam = await stack.signIn({ locale: 'en' });
  expect((await sam.post('/v1/deposits/top-ups', { amount: 5_000, payment: card() })).status).toBe(201);
  expect((await told(sam, 1)).map(({ text }) => text)).toEqual(['Your deposit was topped up by KRW 5,000.']);
});

const SEOUL_AHEAD_MS = 9 * 3_600_000;
const clockIn = (ms: number) => new Date(ms + SEOUL_AHEAD_MS).toISOString().slice(11, 16);

/** A ride that is late, a rental that is paid, one that is not, and points for a report. @returns when the ride was due */
async function outAndAbout(customer: TestClient): Promise<string> {
  const fleet = await Fleet.open(stack);
  const bringBack = async (hire: string) => {
    expect((await customer.post(`/v1/${hire}/return`, { location: '판교' })).status).toBe(200);
  };
  const ride = await fleet.ride(customer, await fleet.kickboard(), await fleet.pass(customer, '2'));
  // An hour later, and a day after that.
  const kickboards = new KickboardRepository(stack.db);
  await kickboards.remind(ride);
  await kickboards.miss(ride);
  await bringBack(`rides/${ride}`);
  const { body } = await customer.get(`/v1/rides/${ride}`);

  await fleet.topUp(customer, 1_000);
  for (const status of ['CLOSED', 'UNPAID']) {
    const rental = await fleet.rent(customer, await fleet.bike('정자역'));
    await bringBack(`rentals/${rental}`);
    await fleet.billed(customer, rental, status);
  }
  await fleet.admin.post('/v1/managers', { user: customer.user, points: 1_500 });
  expect((await customer.post('/v1/managers/me/conversions', { points: 500 })).status).toBe(201);
  return clockIn(Date.parse(body.dueAt as string));
}

test.each([
  [
    'ko',
    [
      '킥보드 이용권 구매가 완료되었습니다: 2회권, 2,000원.',
      '킥보드 대여가 시작되었습니다: {due}까지 반납해 주세요 (이용 시간 60분).',
      '킥보드 이용 시간이 끝났습니다: 지금 반납해 주세요.',
      '킥보드 반납 시간이 하루 지났습니다: 지금 반납하시거나 고객센터로 연락해 주세요.',
      '킥보드 반납이 완료되었습니다: 판교.',
      '예치금 1,000원이 충전되었습니다.',
      '자전거 대여가 시작되었습니다: 정자역.',
      '자전거 반납이 완료되었습니다: 판교.',
      '자전거 이용 요금이 예치금에서 결제되었습니다: 1분, 1,000원.',
      '자전거 대여가 시작되었습니다: 정자역.',
      '자전거 반납이 완료되었습니다: 판교.',
      '예치금이 부족하여 자전거 이용 요금을 결제하지 못했습니다: 1분, 1,000원. 예치금을 충전하시면 자동으로 결제되며, 그때까지는 자전거를 대여하실 수 없습니다.',
      '포인트가 예치금으로 전환되었습니다: 500원, 남은 포인트 1,000점.',
    ],
  ],
  [
    'en',
    [
      'Kickboard pass bought: 2 rides, KRW 2,000.',
      'Kickboard rented: please return it by {due} (60 minutes).',
      'Your time on the kickboard is up: please return it now.',
      'Your kickboard is a day overdue: please return it or contact support.',
      'Kickboard returned: 판교.',
      'Your deposit was topped up by KRW 1,000.',
      'Bike rented: 정자역.',
      'Bike returned: 판교.',
      'Your bike rental was paid from your deposit: 1 minute, KRW 1,000.',
      'Bike rented: 정자역.',
      'Bike returned: 판교.',
      'Your deposit holds too little for your bike rental: 1 minute, KRW 1,000. Top up and it is paid by itself; until then you cannot rent a bike.',
      'Your points were turned into deposit: KRW 500, 1,000 points left.',
    ],
  ],
] as const)(
  'riding, renting, bills and points give one message each, in the language of the customer: %s',
  async (locale, texts) => {
    const rider = await stack.signIn({ locale, roles: ['customer', 'manager'] });
    const due = await outAndAbout(rider);
    const all = texts.map((text) => text.replace('{due}', due));
    const read = (await told(rider, all.length)).map(({ text }) => text);
    // Each domain tells by itself: what two of them tell within moments comes in either order.
    expect(read.toSorted()).toEqual(all.toSorted());
  },
);

test('a booking that came to nothing is told as well', async () => {
  const poor = await stack.signIn({ locale: 'ko' });
  const cinema = await Cinema.open(stack);
  expect((await cinema.book(poor, ['1A'], card('tok_declined'))).status).toBe(402);
  const [{ event, text }] = (await told(poor, 1)) as [Message];
  expect([event, text]).toEqual([
    'movie.refused',
    '예매하지 못했습니다: 기생충, 좌석 1A. 이미 결제된 금액이 있다면 환불됩니다.',
  ]);
});

test('page by page, newest first; others see none of it', async () => {
  const all = await messagesOf(early);
  const first = await early.get('/v1/me/messages?limit=3');
  const rest = await early.get(`/v1/me/messages?cursor=${first.body.nextCursor}`);
  expect([...first.body.data, ...rest.body.data]).toEqual(all);
  expect(rest.body.nextCursor).toBeNull();
  expect(await messagesOf(await stack.signIn())).toEqual([]);
});

test('its process killed again and again while customers book: each change is told once', async () => {
  const customers = await Promise.all(Array.from({ length: 6 }, () => stack.signIn()));
  const cinema = await Cinema.open(stack);
  const booking = customers.map(async (customer, row) => {
    for (const column of ['A', 'B', 'C', 'D', 'E']) await cinema.booked(customer, [`${row + 1}${column}`]);
  });
  for (let kills = 0; kills < 4; kills++) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await stack.kill('notification');
    await stack.follow(['notification']);
  }
  await Promise.all(booking);
  for (const customer of customers)
    expect(eventsOf(await told(customer, 10)).toSorted()).toEqual([
      ...Array<string>(5).fill('movie.booked'),
      ...Array<string>(5).fill('movie.ticket-issued'),
    ]);
});

test('the page of a customer shows what they have just been answered', async () => {
  const minji = await stack.signIn();
  const cinema = await Cinema.open(stack);
  for (const seat of ['1A', '1B', '1C', '1D', '1E']) {
    const id = await cinema.booked(minji, [seat]);
    const { body } = await minji.get('/v1/me');
    expect(body.bookings[0]).toMatchObject({ id, status: 'BOOKED' });
  }
  await created(minji.post('/v1/deposits/top-ups', { amount: 7_000, payment: card() }));
  expect((await minji.get('/v1/me')).body.deposit).toEqual({ balance: 7_000 });
});

test('operators see how far pages and the inbox are behind', async () => {
  const text = await (await fetch(`${stack.url}/metrics`)).text();
  const behind = [
    ...VIEWS.flatMap(({ name, sources }) => sources.map((source) => [name, source] as const)),
    ...DOMAINS.map((source) => ['notification', source] as const),
  ];
  for (const measure of ['events', 'seconds'])
    for (const [consumer, source] of behind)
      expect(text).toMatch(
        new RegExp(
          `^haru_consumer_lag_${measure}\\{consumer="${consumer}",source="${source}"\\} [0-9.]+$`,
          'm',
        ),
      );
});
