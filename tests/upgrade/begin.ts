import { until } from '../../engine/wait';
import { card, comesTo, type Customers, DEPOSIT, done } from './customers';
import type { TestStack } from '../test-stack';
import type { Kind } from './endings';

/** The most that a top-up can be: with the recorder's tariff enough for a bike that is kept for years. */
const TOP_UP_AT_MOST = 1_000_000;
const POINTS = 5_000;
const SOON = { withinMs: 30_000, everyMs: 50 };

/** With every service up, and operators asked after a second. */
export async function withAllUp(customers: Customers): Promise<void> {
  await standing(customers);
  await parked(customers);
}

/** What waits for its customer, courier or staff. */
export async function standing(customers: Customers): Promise<void> {
  const { admin, stack } = customers;
  await done(customers.book('booking-to-cancel'));
  await done(customers.book('booking-in-mid-cancel'));
  await done(customers.topUp('booking-from-deposit', 50_000));
  await done(customers.book('booking-from-deposit', DEPOSIT));
  await done(customers.book('booking-to-collect'));
  await customers.comesTo('booking-to-collect', ({ ticket }) => ticket.status === 'ISSUED');

  await done(customers.buyPass('pass-unused', '2'));
  await customers.ride('ride-open', 60);
  await customers.ride('ride-overdue', 1);

  await done(customers.topUp('rental-open', TOP_UP_AT_MOST));
  await customers.rent('rental-open');
  await customers.comesTo('rental-open', ({ bill }) => bill.status === 'OPEN');
  await customers.rentAndReturn('rental-unpaid');
  await customers.comesTo('rental-unpaid', ({ bill }) => bill.status === 'UNPAID');
  await done(admin.post('/v1/managers', { user: 'conversion-in-mid-credit', points: POINTS }));

  await aCourse(customers);

  const courier = await stack.signIn({ user: 'courier', roles: ['courier'] });
  for (const kind of ['order-open', 'order-accepted'] as const) {
    await customers.order(kind);
    await customers.comesTo(kind, ({ status }) => status === 'DELIVERING');
  }
  await done(courier.post(`/v1/deliveries/${customers.thing('order-accepted').delivery}/accept`));
  await done(courier.call('PUT', '/v1/couriers/me/duty'));
  await customers.order('order-offered');
  const { delivery = '' } = customers.thing('order-offered');
  await comesTo(courier, '/v1/deliveries', ({ data }) => {
    const offered = data.find(({ id }: { id: string }) => id === delivery);
    return offered?.courier === 'courier';
  });
}

/** Money that the provider captured too late for what it was to pay, and keeps. */
async function parked(customers: Customers): Promise<void> {
  const { admin, stack } = customers;
  const purchases = {
    'parked-booking': (kind: Kind) => customers.book(kind, card('tok_norefund')),
    'parked-pass': (kind: Kind) => customers.buyPass(kind, '2', card('tok_norefund')),
    'parked-top-up': (kind: Kind) => customers.topUp(kind, 20_000, card('tok_norefund')),
  };
  for (const [n, [kind, purchase]] of Object.entries(purchases).entries()) {
    await stack.provider.faults({ latencyMs: [1_500, 1_500] });
    const { status } = await purchase(kind as Kind);
    if (status !== 503) throw new Error(`${kind} answers ${status}`);
    await stack.provider.heal();
    const { data } = await comesTo(admin, '/v1/operations/parked', ({ data }) => data.length === n + 1);
    const { id: parked, for: id } = data[n];
    customers.is(kind as Kind, { id, parked });
  }
}

/** A course that somebody likes, bookmarks, comments on and reviews. */
async function aCourse(customers: Customers): Promise<void> {
  const host = await customers.stack.signIn({ user: 'host-of-course', roles: ['host'] });
  const course = { title: '한강 산책', content: '여의나루역에서 만나요.', reviewsAllowed: true };
  const { id } = await done(host.post('/v1/courses', course));
  const fan = await customers.as('course');
  for (const mark of ['like', 'bookmark']) await done(fan.call('PUT', `/v1/courses/${id}/${mark}`));
  await done(fan.post(`/v1/courses/${id}/comments`, { text: '좋아요' }));
  await done(fan.post(`/v1/courses/${id}/reviews`, { rating: 5, text: '또 갈래요' }));
  customers.is('course', { id });
}

/** With billing, delivery and the box office left out. */
export async function withServicesOut(customers: Customers): Promise<void> {
  await done(customers.book('booking-without-ticket'));
  await customers.rent('rental-not-billed');
  await done(customers.topUp('rental-not-billed', TOP_UP_AT_MOST));
  await done(customers.topUp('rental-returned-not-billed', 10_000));
  await customers.rentAndReturn('rental-returned-not-billed');
  await customers.order('order-paid');
  await customers.comesTo('order-paid', ({ status }) => status === 'PAID');
  await customers.bookForNow('booking-over');
}

/** What stops dead in the middle of it. */
interface Freezer {
  payment: () => void;
  others: () => void;
}

/**
 * Everything is frozen in the middle of what it does: charges that the provider captures and Haru does not hear of, a
 * cancel and a conversion that payment took up, and orders and passes that it did not.
 */
export async function inMidCharge(customers: Customers, freeze: Freezer): Promise<void> {
  const { stack } = customers;
  const slow = card('tok_slow');
  // Nobody waits for the answers: whoever was to give them is frozen.
  const ask = (purchase: Promise<unknown>) => void purchase.catch(() => undefined);
  const idIn = async (kind: Kind, list: string) => {
    const client = await customers.as(kind);
    const { data } = await comesTo(client, list, ({ data }) => data.length === 1);
    return data[0].id as string;
  };

  ask(customers.book('booking-in-mid-charge', slow));
  ask(customers.topUp('top-up-in-mid-charge', 30_000, slow));
  await customers.order('order-in-mid-charge', slow);
  const booking = await idIn('booking-in-mid-charge', '/v1/bookings');
  customers.is('booking-in-mid-charge', { id: booking });
  const { id: order } = customers.thing('order-in-mid-charge');
  await arrived(customers, [booking, order]);
  freeze.payment();

  ask(customers.buyPass('pass-in-mid-charge', '2'));
  const manager = await customers.as('conversion-in-mid-credit', 'manager');
  ask(manager.post('/v1/managers/me/conversions', { points: POINTS }));
  const cancelled = customers.thing('booking-in-mid-cancel');
  const owner = await customers.as('booking-in-mid-cancel');
  ask(owner.post(`/v1/bookings/${cancelled.id}/cancel`));
  await customers.order('order-unpaid');
  customers.is('pass-in-mid-charge', { id: await idIn('pass-in-mid-charge', '/v1/passes') });
  const entries = '/v1/managers/me/entries';
  const { data } = await comesTo(manager, entries, ({ data }) => data[0].kind === 'CONVERSION');
  customers.is('conversion-in-mid-credit', { id: data[0].reference });
  await comesTo(owner, `/v1/bookings/${cancelled.id}/progress`, ({ steps }) =>
    steps.some(
      ({ name, state }: { name: string; state: string }) => name === 'refund' && state === 'RUNNING',
    ),
  );
  freeze.others();

  const statement = async () => (await provider(stack, '/statement?limit=1000')).data as { key: string }[];
  const captured = async () => (await statement()).some(({ key }) => key === `${order}/charge`);
  if (!(await until(captured, SOON))) throw new Error('the provider did not capture');
  const last = (await statement()).findLast(({ key }) => key.startsWith('top_'));
  customers.is('top-up-in-mid-charge', { id: last?.key.split('/', 1)[0] ?? '' });
}

/** Waits until the provider has these charges, and has not decided on them. */
async function arrived({ stack }: Customers, ids: readonly string[]): Promise<void> {
  const inProcess = async (id: string) => {
    const { data } = await provider(stack, `/charges?key=${id}/charge`);
    return data[0]?.status === 'processing';
  };
  const all = async () => (await Promise.all(ids.map(inProcess))).every(Boolean);
  if (!(await until(all, { withinMs: 1_500, everyMs: 10 })))
    throw new Error('charges did not arrive in time');
}

const provider = async ({ env }: TestStack, path: string): Promise<any> =>
  (await fetch(`http://127.0.0.1:${env.PSP_PORT}${path}`)).json();
