import type { Service } from '../../config';
import { until } from '../../engine/wait';
import { breachesOfBooks } from '../books';
import type { Answer, Customer } from '../customer';
import { Kitchen } from '../kitchen';
import { startSystem, type System } from '../system';

/** What someone asks for while a worker dies. Brings about all that comes before. @returns what is then to be asked */
type Act = (customer: Customer) => Promise<() => Promise<Answer>>;

const ordering: Act = (minji) => Promise.resolve(() => kitchen.order(minji));
const cancelling: Act = async (minji) => {
  const { id } = await kitchen.delivering(minji);
  return () => kitchen.cancel(minji, id as string);
};
const completing: Act = async (minji) => {
  const { delivery } = await kitchen.delivering(minji);
  return () => kitchen.complete(delivery.id as string);
};

type End = [answers: number[], end: string];
const TAKEN: End = [[201], 'DELIVERING'];
/** It may take longer than anybody waits; the money is on its way back by then. */
const CANCELLED: End = [[200, 503], 'CANCELLED'];
const STANDS: End = [[503], 'DELIVERING'];

/** The step, before or after which its worker dies, what is asked for meanwhile, and both ends. */
const STEPS: [service: Service, step: string, act: Act, before: End, after: End][] = [
  ['food', 'takeOrder', ordering, [[503], 'REFUSED'], TAKEN],
  ['food', 'paid', ordering, TAKEN, TAKEN],
  ['food', 'delivering', ordering, TAKEN, TAKEN],
  ['food', 'cancel', cancelling, CANCELLED, CANCELLED],
  ['food', 'delivered', completing, STANDS, [[200], 'DELIVERED']],

  ['delivery', 'startDelivery', ordering, TAKEN, TAKEN],
  ['delivery', 'completeDelivery', completing, STANDS, STANDS],
  ['delivery', 'cancelDelivery', cancelling, [[200], 'CANCELLED'], [[200], 'CANCELLED']],

  ['payment', 'pay', ordering, TAKEN, TAKEN],
  ['payment', 'refund', cancelling, STANDS, CANCELLED],
];
const CRASHES = STEPS.flatMap(([service, step, act, before, after]) =>
  Object.entries({ before, after }).map(([when, end]) => ({ service, when, step, act, end })),
);
type Crash = (typeof CRASHES)[number];

let system: System;
let kitchen: Kitchen;
const played = new Map<Crash, { customer: Customer; answer: Promise<Answer> }>();

/** Each worker dies twice, in the middle of all of its steps: before them, and after them. */
beforeAll(async () => {
  const without = ['movie', 'boxoffice', 'kickboard', 'bike', 'billing', 'notification'] as const;
  system = await startSystem({ apart: true, quiet: true, without: [...without] });
  kitchen = await Kitchen.open(system);
  for (const service of ['food', 'delivery', 'payment'] as const) await dieTwice(service);
}, 240_000);
afterAll(() => system.stop());

async function dieTwice(service: Service): Promise<void> {
  await system.kill(`worker ${service}`);
  for (const when of ['before', 'after'])
    await playUntilDeath(
      service,
      CRASHES.filter((crash) => crash.service === service && crash.when === when),
    );
  await system.work([service]);
}

async function playUntilDeath(service: Service, crashes: Crash[]): Promise<void> {
  const customers = await Promise.all(crashes.map(() => system.customer()));
  const points = crashes.map(({ when, step }, i) => `${when}:${step} of ${customers[i]!.user}`);
  await system.work([service], points.join('; '));
  const asks = await Promise.all(crashes.map(({ act }, i) => act(customers[i]!)));
  for (const [i, crash] of crashes.entries())
    played.set(crash, { customer: customers[i]!, answer: asks[i]!() });
  if (!(await system.died(`worker ${service}`, 20_000))) throw new Error(`the ${service} worker lives on`);
}

/** The one order of a customer, as it came to rest. */
async function statusOf({ user }: Customer): Promise<string> {
  const rows = await system.db('food.orders').where({ customer: user }).pluck<string[]>('status');
  return rows.join();
}

test.each(CRASHES)('kill -9 of the $service worker $when $step', async (crash) => {
  const [answers, end] = crash.end;
  const { customer, answer } = played.get(crash)!;
  const { status, ms } = await answer;
  expect(answers).toContain(status);
  expect(ms).toBeLessThan(21_000);
  const ended = async () => (await statusOf(customer)) === end;
  expect([await until(ended, { withinMs: 40_000 }), await statusOf(customer)]).toEqual([true, end]);
});

test('everything has come to a lawful end: each order with its delivery, and what the bank has on it', async () => {
  const LAWS: Record<string, string> = {
    DELIVERING: 'STARTED, capture 4000',
    DELIVERED: 'COMPLETED, capture 4000',
    CANCELLED: 'CANCELLED, capture 4000,refund 4000',
    REFUSED: 'none, ',
  };
  const orders = await system
    .db({ o: 'food.orders' })
    .leftJoin({ d: 'delivery.deliveries' }, 'd.order_id', 'o.id')
    .select<{ id: string; status: string; delivery: string | null }[]>({
      id: 'o.id',
      status: 'o.status',
      delivery: 'd.status',
    });
  expect(orders.length).toBe(CRASHES.length);
  for (const { id, status, delivery } of orders)
    expect([status, `${delivery ?? 'none'}, ${await kitchen.bankOn(id)}`]).toEqual([status, LAWS[status]]);
  expect(await breachesOfBooks(system.db)).toEqual([]);
});
