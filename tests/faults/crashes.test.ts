import { type Service, SERVICES } from '../../config';
import { until } from '../../engine/wait';
import { Cinema } from '../cinema';
import type { Answer, TestClient } from '../test-client';
import { Fleet } from '../fleet';
import { Kitchen } from '../kitchen';
import { startStack, type TestStack } from '../test-stack';
import { type Act, type Scene, WHOSE } from './acts/act';
import { BOOKINGS } from './acts/bookings';
import { ORDERS } from './acts/orders';
import { TOP_UPS, TOPPED_UP } from './acts/top-ups';
import { VEHICLES } from './acts/vehicles';
import { breachesAtTheBank, breachesOnceEnded } from './hires';
import { breachesAfter } from './lawful';
import { bookingOf, restOf, statusOf as statusOfBooking } from './rest';

const STEPS = [...BOOKINGS, ...VEHICLES, ...ORDERS, ...TOP_UPS];
const CRASHES = STEPS.flatMap(([service, step, act, before, after]) =>
  Object.entries({ before, after }).map(([when, end]) => ({ service, when, step, act, end })),
);
type Crash = (typeof CRASHES)[number];
type Out = Record<'id' | 'customer', string>;

/** Those of a row need not wait for each other; every other one is needed by what dies in another row. */
const ROWS: Service[][] = [
  ['kickboard', 'bike'],
  ['movie', 'food'],
  ['billing', 'boxoffice', 'delivery'],
  ['payment'],
];

let stack: TestStack;
let fleet: Fleet;
let kitchen: Kitchen;
let staff: TestClient;
const scenes: Scene[] = [];
const played = new Map<Crash, { scene: Scene; answer: Promise<Answer> }>();

/**
 * Each worker dies twice, in the middle of all of its steps: before them, and after them. What it leaves behind is for
 * those that come after.
 */
beforeAll(async () => {
  expect(ROWS.flat().sort()).toEqual([...SERVICES].sort());
  stack = await startStack({
    apart: SERVICES,
    quiet: true,
    asShipped: true,
    env: { PAYMENT_LIMIT_MS: '1500' },
  });
  [fleet, kitchen, staff] = await Promise.all([
    Fleet.open(stack),
    Kitchen.open(stack),
    stack.signIn({ roles: ['staff'] }),
  ]);
  for (const services of ROWS) await Promise.all(services.map((service) => dieTwice(service)));
}, 300_000);
afterAll(() => stack.stop());

async function dieTwice(service: Service): Promise<void> {
  await stack.kill(`worker ${service}`);
  for (const when of ['before', 'after']) {
    const crashes = CRASHES.filter((crash) => crash.service === service && crash.when === when);
    // On a machine that stood still somebody may have been turned away: then it is played again, by others.
    for (let tries = 1; !(await playUntilDeath(service, crashes)); tries++) {
      if (tries === 3) throw new Error(`the ${service} worker lives on`);
      await stack.kill(`worker ${service}`);
    }
  }
  await stack.work([service]);
}

/** @returns false where the worker lives on: some step was not come to */
async function playUntilDeath(service: Service, crashes: Crash[]): Promise<boolean> {
  const set = await Promise.all(crashes.map(({ act }) => sceneOf(act)));
  scenes.push(...set);
  const points = crashes.flatMap(({ when, step, act: { hangsAt } }, i) => {
    const { minji, cinema } = set[i]!;
    const steps = hangsAt === undefined ? [step] : [hangsAt, step];
    return steps.map((one) => `${when}:${one} of ${minji.user} ${cinema.screeningId}`);
  });
  await stack.work([service], points.join('; '));
  const asks = await Promise.all(crashes.map(({ act }, i) => act.prepare(set[i]!)));
  for (const [i, crash] of crashes.entries()) played.set(crash, { scene: set[i]!, answer: asks[i]!() });
  return stack.died(`worker ${service}`, 20_000);
}

async function sceneOf({ points }: Act): Promise<Scene> {
  const asker = points === undefined ? stack.signIn() : fleet.manager(points);
  const [minji, cinema] = await Promise.all([asker, Cinema.open(stack)]);
  return { minji, cinema, staff, fleet, kitchen };
}

/** The one thing of that kind that a customer ever asked for, as it came to rest. */
async function statusOf({ user }: TestClient, of: Act['of']): Promise<string | undefined> {
  if (of === 'movie.bookings') return statusOfBooking(stack, await bookingOf(stack, user));
  const rows = await stack
    .db(of)
    .where({ [WHOSE[of]]: user })
    .pluck<string[]>('status');
  return rows.join();
}

test.each(CRASHES)('$act.of: kill -9 of the $service worker $when $step', async (crash) => {
  const { of, answeredWithinMs = 21_000 } = crash.act;
  const [answers, end] = crash.end;
  const { scene, answer } = played.get(crash)!;
  const { status, ms } = await answer;
  expect([answers].flat()).toContain(status);
  expect(ms).toBeLessThan(answeredWithinMs);
  const ended = async () => (await statusOf(scene.minji, of)) === end;
  expect([await until(ended, { withinMs: 30_000 }), await statusOf(scene.minji, of)]).toEqual([true, end]);
  if (of !== 'movie.bookings') return;
  const id = await bookingOf(stack, scene.minji.user);
  expect(await restOf(stack, id)).toBe(end === 'BOOKED' ? 'RUNNING' : end);
  expect(await breachesAfter(stack, id, 0)).toEqual([]);
});

test('what was topped up is there once, to be spent', async () => {
  const toppedUp = [...played].filter(([{ act }]) => act.of === 'payment.top_ups');
  for (const [{ end }, { scene }] of toppedUp)
    expect((await scene.minji.get('/v1/deposits/me')).body).toEqual({
      balance: end[1] === 'CREDITED' ? TOPPED_UP : 0,
    });
});

test.each(['kickboard.rides', 'bike.rentals'])('what is out of %s by then is brought back', async (table) => {
  const out = await stack.db(table).where({ status: 'RENTED' }).select<Out[]>('id', 'customer');
  expect(out).not.toEqual([]);
  for (const { id, customer } of out) {
    const { minji } = scenes.find((scene) => scene.minji.user === customer)!;
    expect((await fleet.bringBack(minji, id)).status).toBe(200);
  }
});

test('everything has come to a lawful end: single-owned, counted, billed and paid', async () => {
  expect(await breachesOnceEnded(stack)).toEqual([]);
  expect(await breachesAtTheBank(stack)).toEqual([]);
  expect(await kitchen.breaches()).toEqual([]);
});
