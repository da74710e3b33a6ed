import { until } from '../../engine/wait';
import { billIdOf } from '../../workflows/billing/contract';
import { card, Cinema, ticketIssued } from '../cinema';
import { bookingOf, restOf } from '../faults/rest';
import { Fleet } from '../fleet';
import { Kitchen } from '../kitchen';
import { type Answer, bodyOf, type TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';

const DEPOSIT = { method: 'deposit' };
const DOMAINS = ['movie', 'boxoffice', 'kickboard', 'bike', 'billing', 'food', 'delivery', 'payment'];
const THINGS: Record<string, string> = {
  bkg: 'bookings',
  pas: 'passes',
  rid: 'rides',
  rnt: 'rentals',
  ord: 'orders',
  pay: 'payments',
};

let stack: TestStack;
let yuna: TestClient;
let minji: TestClient;
let cinema: Cinema;
let fleet: Fleet;
let kitchen: Kitchen;
beforeAll(async () => {
  stack = await startStack({
    apart: ['payment'],
    env: { OPERATOR_AFTER_SECONDS: '1' },
    wideLimits: 'many lives at once',
  });
  yuna = await stack.signIn({ roles: ['admin'], locale: 'en' });
});
beforeEach(async () => {
  [cinema, fleet, kitchen, minji] = await Promise.all([
    Cinema.open(stack),
    Fleet.open(stack),
    Kitchen.open(stack),
    stack.signIn({ locale: 'en' }),
  ]);
});
afterEach(() => stack.provider.heal());
afterAll(() => stack.stop());

interface Explanation {
  summary: string;
  steps: { at: string; what: string; why?: string; rule?: string; amount?: number; event?: string }[];
  transfers: { kind: string; from: string; to: string; amount: number }[];
  support?: { workflowId: string };
}

const explanationOf = async (id: string, reader: TestClient): Promise<Explanation> =>
  bodyOf(await reader.get(`/v1/${THINGS[id.slice(0, 3)]}/${id}/explanation`));

/** What was told of a thing anywhere, by the outboxes themselves. */
async function toldOf(id: string): Promise<string[]> {
  const order = await stack.db('food.orders').where({ id }).first<{ delivery_id: string } | undefined>();
  const subjects = [id, billIdOf(id), ...(order ? [order.delivery_id] : [])];
  const each = DOMAINS.map((domain) =>
    stack
      .db(`${domain}.outbox`)
      .whereIn('subject', subjects)
      .orWhere((money) => void money.whereRaw(`? = 'payment' AND data->>'reference' = ?`, [domain, id]))
      .pluck<string[]>('type'),
  );
  return (await Promise.all(each)).flat().sort();
}

/** What a deposit gave for a thing, whole KRW, by its entries. */
async function fromDeposit(id: string): Promise<number> {
  const rows = await stack
    .db({ e: 'payment.entries' })
    .join({ t: 'payment.transfers' }, 't.position', 'e.position')
    .where('t.business_id', id)
    .whereLike('e.account', 'deposit:%')
    .pluck<number[]>('e.amount');
  return rows.reduce((sum, amount) => sum - amount, 0);
}

/** From an account less what went there. */
const net = ({ transfers }: Explanation, account: RegExp) =>
  transfers.reduce(
    (sum, { from, to, amount }) => sum + (account.test(from) ? amount : 0) - (account.test(to) ? amount : 0),
    0,
  );

/** Of the customer's, in both languages, with every event and all money in it. @returns the English one */
async function explained(id: string, customer = minji, reference = id): Promise<Explanation> {
  const korean = await stack.signIn({ user: customer.user, locale: 'ko' });
  const [en, ko, all] = await Promise.all(
    [customer, korean, yuna].map((reader) => explanationOf(id, reader)),
  );
  if (!en || !ko || !all) throw new Error('no explanation');
  expect(all.steps.map(({ event }) => event).sort()).toEqual(await toldOf(reference));
  expect([en.steps.length, ko.steps.length]).toEqual([all.steps.length, all.steps.length]);
  expect(all.support?.workflowId).toBe(reference);
  expect(net(all, /^provider$/)).toBe(await stack.provider.netOf(reference));
  expect(net(all, /^deposit:/)).toBe(await fromDeposit(reference));
  expect(net(en, /^your (card|deposit)$/)).toBe(net(all, /^(provider$|deposit:)/));
  for (const { support, summary, steps, transfers } of [en, ko]) {
    expect(support).toBeUndefined();
    const shown = [summary, ...steps.flatMap(({ what, why = '', rule = '' }) => [what, why, rule])];
    shown.push(...transfers.flatMap(({ from, to }) => [from, to]));
    // No ids, no codes, nothing that was left unfilled.
    for (const text of shown)
      expect(text).not.toMatch(/[a-z]{3}_\w{20}|[A-Z]+_[A-Z]+|\{|undefined|null|NaN|[\w.]+:[a-z]/);
    expect(steps.every(({ event }) => event === undefined)).toBe(true);
  }
  for (const text of [ko.summary, ...ko.steps.map(({ what }) => what)]) expect(text).toMatch(/[가-힣]/);
  for (const { what } of en.steps) expect(what).not.toMatch(/[가-힣]{2,}다\./);
  return en;
}
const summaryOf = async (id: string, reference = id) => (await explained(id, minji, reference)).summary;

async function refused(answer: Promise<Answer>, status: number): Promise<string> {
  bodyOf(await answer, status);
  return bookingOf(stack, minji.user);
}

/** @returns the id of what waits for an operator */
async function parkedFor(id: string): Promise<string> {
  let parked: string | undefined;
  const listed = async () => {
    const { data } = bodyOf(await yuna.get('/v1/operations/parked'));
    return (parked = data.find((one: { for: string }) => one.for === id)?.id) !== undefined;
  };
  expect(await until(listed, { withinMs: 30_000, everyMs: 200 })).toBe(true);
  return parked!;
}

/** What payment did last has been told. */
async function told(id: string, event: string): Promise<void> {
  const there = async () => (await toldOf(id)).includes(event);
  expect(await until(there, { withinMs: 40_000, everyMs: 200 })).toBe(true);
}

test('bookings: paid and collected, declined, too little in the deposit, cancelled, stuck with a refund refused', async () => {
  const staff = await stack.signIn({ roles: ['staff'] });
  const collected = await cinema.booked(minji, ['1A']);
  await ticketIssued(minji, collected);
  bodyOf(await staff.post(`/v1/bookings/${collected}/collect`));
  expect(await summaryOf(collected)).toBe(
    '기생충, seats 1A: booked, and the ticket collected. You paid KRW 10,000.',
  );
  expect(bodyOf(await staff.get(`/v1/bookings/${collected}/explanation`)).support).toBeUndefined();

  const cancelled = await cinema.booked(minji, ['1B', '1C']);
  await ticketIssued(minji, cancelled);
  bodyOf(await minji.post(`/v1/bookings/${cancelled}/cancel`));
  await told(cancelled, 'boxoffice.voided');
  const { summary, steps } = await explained(cancelled);
  expect(summary).toBe('기생충, seats 1B, 1C: cancelled. You paid KRW 20,000 and got all of it back.');
  expect(steps.map(({ rule }) => rule)).toContain(
    'A booking can be cancelled, and is refunded in full, until its ticket is collected and until 20 minutes before the screening.',
  );

  const kept = await cinema.booked(minji, ['1D'], 'tok_norefund');
  expect((await minji.post(`/v1/bookings/${kept}/cancel`)).body.code).toBe('refund-refused');
  const stands = await explained(kept);
  expect(stands.summary).toBe('기생충, seats 1D: booked. You paid KRW 10,000.');
  expect(stands.steps.map(({ what }) => what)).toContain(
    'Your card company refused to give KRW 10,000 back.',
  );

  for (const payment of [card('tok_declined'), DEPOSIT]) {
    minji = await stack.signIn({ locale: 'en' });
    const declined = await refused(cinema.book(minji, ['2A'], payment), 402);
    const life = await explained(declined);
    expect(life.summary).toBe('기생충, seats 2A: not booked. You were charged nothing.');
    expect(life.steps.at(-1)).toMatchObject({ why: 'The payment was declined.' });
    expect(life.transfers).toEqual([]);
  }
}, 120_000);

test('bookings: in doubt and given back, never collected, paid from the deposit and cancelled', async () => {
  const inDoubt = await refused(cinema.book(minji, ['1A'], card('tok_lost')), 503);
  await told(inDoubt, 'payment.refunded');
  const life = await explained(inDoubt);
  expect(life.summary).toBe('기생충, seats 1A: not booked. You paid KRW 10,000 and got all of it back.');
  expect(life.steps.map(({ what }) => what)).toContain('We did not learn whether your card was charged.');

  const short = await Cinema.open(stack, { startsIn: 0.2, lasts: 0.05 });
  const missed = await short.booked(minji, ['1A']);
  await fleet.topUp(minji, 30_000);
  const paid = bodyOf(await cinema.book(minji, ['1B'], DEPOSIT), 201).id as string;
  bodyOf(await minji.post(`/v1/bookings/${paid}/cancel`));
  expect(await summaryOf(paid)).toBe(
    '기생충, seats 1B: cancelled. You paid KRW 10,000 and got all of it back.',
  );
  await told(missed, 'movie.no-show');
  expect(await summaryOf(missed)).toBe('기생충, seats 1A: booked, but never collected. You paid KRW 10,000.');
}, 120_000);

test.each([
  ['write-off', '. Not all could be given back: please contact support.'],
  ['settle', ' and got all of it back.'],
])(
  'what waits for an operator, who decides to %s: a booking and an order',
  async (action, end) => {
    const booking = await cinema.booked(minji, ['1A'], 'tok_norefund');
    const { id: order } = await kitchen.delivering(minji, card('tok_norefund'));
    for (const id of [booking, order as string]) {
      await (await stack.temporal).workflow.getHandle(id).cancel();
      const parked = await parkedFor(id);
      expect(await summaryOf(id)).toMatch(/Our staff are looking at your payment\.$/);
      bodyOf(await yuna.post(`/v1/operations/parked/${parked}/${action}`, { reason: 'called the bank' }));
      expect(await restOf(stack, id)).toBe('CANCELLED');
      const paid =
        id === booking
          ? '기생충, seats 1A: cancelled. You paid KRW 10,000'
          : 'Gimbab × 1: cancelled. You paid KRW 4,000';
      expect(await summaryOf(id)).toBe(paid + end);
      const {
        parked: [seen],
      } = bodyOf(await yuna.get(`/v1/${THINGS[id.slice(0, 3)]}/${id}/explanation`)).support;
      expect(seen.decisions).toMatchObject([{ action, by: yuna.user, reason: 'called the bank' }]);
    }
  },
  120_000,
);

test('passes and rides: bought and used up, declined, brought back', async () => {
  const [kickboard, pass] = await Promise.all([fleet.kickboard(), fleet.pass(minji, '2')]);
  const ride = await fleet.ride(minji, kickboard, pass);
  expect(await summaryOf(ride)).toMatch(
    /^You are riding a kickboard, to be back by \d\d:\d\d\. Your pass pays for it\.$/,
  );
  bodyOf(await fleet.bringBack(minji, ride));
  expect(await summaryOf(ride)).toBe('You rode a kickboard and brought it back. Your pass paid for it.');
  expect(await summaryOf(pass)).toBe('Pass for 2 rides: 1 left. You paid KRW 2,000.');
  bodyOf(await minji.post('/v1/passes', { type: '1', payment: card('tok_declined') }), 402);
  const { id } = await stack.db('kickboard.passes').where({ customer: minji.user, status: 'FAILED' }).first();
  expect(await summaryOf(id)).toBe('Pass for 1 ride: not bought. You were charged nothing.');
}, 60_000);

test('rentals: under way, unpaid, and paid by the next top-up', async () => {
  const rental = await fleet.rent(minji, await fleet.bike('정자역'));
  await fleet.billed(minji, rental, 'OPEN');
  expect(await summaryOf(rental)).toBe('You have a bike that you took at 정자역.');
  bodyOf(await fleet.bringBack(minji, rental));
  await fleet.billed(minji, rental, 'UNPAID');
  const unpaid = await explained(rental);
  expect(unpaid.summary).toBe('You had a bike for 1 minute. The fee of KRW 1,000 is still unpaid.');
  expect(unpaid.steps.at(-1)?.why).toBe('Your deposit held too little.');
  await fleet.topUp(minji, 5_000);
  await fleet.billed(minji, rental);
  const paid = await explained(rental);
  expect(paid.summary).toBe('You had a bike for 1 minute, which cost KRW 1,000. You paid KRW 1,000.');
  expect(paid.steps.map(({ rule }) => rule)).toContain(
    'KRW 1,000 for the first 30 minutes, then KRW 200 for every 10 minutes begun, and at most KRW 30,000 for 24 hours.',
  );
}, 60_000);

test('orders: delivered late after payments were away, cancelled, declined', async () => {
  await stack.kill('worker payment');
  const late = await kitchen.ordered(minji);
  expect(await summaryOf(late)).toBe('Gimbab × 1: ordered, and waiting to be paid.');
  await stack.work(['payment']);
  const { delivery } = await kitchen.comesTo(minji, late, 'DELIVERING');
  bodyOf(await kitchen.complete(delivery.id));
  await kitchen.comesTo(minji, late, 'DELIVERED');
  expect(await summaryOf(late)).toBe('Gimbab × 1: delivered. You paid KRW 4,000.');

  const { id: cancelled } = await kitchen.delivering(minji);
  bodyOf(await kitchen.cancel(minji, cancelled));
  await told(cancelled, 'delivery.cancelled');
  expect(await summaryOf(cancelled)).toBe(
    'Gimbab × 1: cancelled. You paid KRW 4,000 and got all of it back.',
  );

  const declined = await kitchen.ordered(minji, card('tok_declined'));
  await kitchen.comesTo(minji, declined, 'CANCELLED');
  const life = await explained(declined);
  expect(life.summary).toBe('Gimbab × 1: cancelled. You were charged nothing.');
  expect(life.steps.at(-1)?.why).toBe('The payment was declined.');
}, 90_000);

test('payments: for seats and into the deposit; another customer’s is a 404', async () => {
  const booking = await cinema.booked(minji, ['1A']);
  const { payment } = bodyOf(await minji.get(`/v1/bookings/${booking}`));
  await ticketIssued(minji, booking);
  const ofPayment = async (id: string) => {
    return (await explanationOf(id, minji)).summary;
  };
  expect(await ofPayment(payment.id)).toBe('Payment for cinema seats by card. You paid KRW 10,000.');
  await fleet.topUp(minji, 10_000);
  const topUp = await stack.db('payment.charges').where({ customer: minji.user, income: 'top-ups' }).first();
  expect(await ofPayment(topUp.id)).toBe('Payment into your deposit by card. You paid KRW 10,000.');
  const other = await stack.signIn();
  for (const path of [`payments/${topUp.id}`, `bookings/${booking}`]) {
    const { status, body } = await other.get(`/v1/${path}/explanation`);
    expect([status, body.code]).toEqual([404, 'not-found']);
  }
});
