import type { Knex } from 'knex';
import { LISTENERS, type Service, SERVICES } from '../../config';
import { pause, until } from '../../engine/wait';
import { card, Cinema } from '../cinema';
import { Fleet } from '../fleet';
import { Kitchen } from '../kitchen';
import type { Answer, TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';
import { type Away, type Cell, COURSE_CALLS, type Row, statesOf, TABLE, type World } from './outage-table';
import { TcpProxy } from './tcp-proxy';

/** So many calls at once of those that are not refused: each is to be answered within the product's limits. */
const LANES = 3;
const ROLES = ['customer', 'host', 'manager', 'courier', 'staff'];
/** Services that are down together: no call needs two of a group, so that each is answered as if one alone were. */
const GROUPS: Service[][] = [
  ['movie', 'bike'],
  ['kickboard', 'food'],
  ['boxoffice', 'billing', 'delivery'],
  ['payment'],
];
/** All share one; each is reached through a proxy of its own. */
const DATABASES = [...SERVICES, 'course', 'notification', 'api', 'views', 'relay'] as const;
type Database = (typeof DATABASES)[number];

let stack: TestStack;
let world: World;
const proxies = new Map<Database, TcpProxy>();
const all = (act: 'cut' | 'restore', names: readonly Database[] = DATABASES) =>
  Promise.all(names.map(async (name) => proxies.get(name)?.[act]()));

interface Outage {
  name: string;
  /** The cells of a row that count. */
  away: Away[];
  /** For rows without such a cell. */
  otherwise?: Cell;
  /** All, unless said. */
  calls?: string[];
  /** What customers have cannot be read meanwhile. */
  blind?: true;
  begin: () => Promise<unknown>;
  /** Once the calls are under way. */
  midway?: () => Promise<unknown>;
  end: () => Promise<unknown>;
}

const screenings = lockOn('movie.screenings');
const OUTAGES: Outage[] = [
  {
    name: 'box office and courses left out',
    away: ['boxoffice', 'course'],
    calls: [...COURSE_CALLS, 'book a seat', 'collect a ticket', 'see the own page'],
    begin: async () => {
      await Promise.all([all('cut', ['course']), stack.stopOne('worker boxoffice')]);
      await restartApi('boxoffice,course');
    },
    end: async () => {
      await Promise.all([all('restore', ['course']), stack.work(['boxoffice'])]);
      await restartApi('');
    },
  },
  ...GROUPS.map((services): Outage => ({
    name: `workers: ${services.join(', ')}`,
    away: services.flatMap((service): Away[] => [`worker ${service}`, service]),
    begin: () => Promise.all(services.map((service) => stack.stopOne(`worker ${service}`))),
    end: () => Promise.all(services.map((service) => stack.work([service]))),
  })),
  ...GROUPS.map((services) =>
    databases([...services, ...(services.includes('boxoffice') ? ['course' as const] : [])]),
  ),
  { ...databases(['notification']), otherwise: {} },
  {
    name: 'views and notification',
    away: ['notification'],
    otherwise: {},
    begin: () => stack.kill('views notification'),
    end: () => stack.follow(LISTENERS),
  },
  {
    name: 'provider',
    away: ['provider'],
    begin: () => stack.provider.faults({ down: true }),
    end: () => stack.provider.heal(),
  },
  {
    name: 'course.courses is locked',
    away: ['course'],
    calls: [...COURSE_CALLS, 'book a seat', 'see the own page'],
    blind: true,
    ...lockOn('course.courses'),
  },
  {
    name: 'courses are slow to write',
    away: ['slow writes', 'course'],
    calls: [...COURSE_CALLS, 'book a seat', 'see the own page'],
    begin: () =>
      stack.db.raw(`
        CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM pg_sleep(3); RETURN NEW; END $$;
        CREATE TRIGGER slowly BEFORE INSERT ON course.comments FOR EACH ROW EXECUTE FUNCTION slowly();
        CREATE TRIGGER slowly BEFORE INSERT OR UPDATE ON course.courses FOR EACH ROW EXECUTE FUNCTION slowly()`),
    // What is under way then has its time to be written.
    end: () => pause(3_500).then(() => stack.db.raw('DROP FUNCTION slowly CASCADE')),
  },
  {
    name: 'every database',
    away: ['every database'],
    otherwise: 'unavailable',
    begin: () => all('cut'),
    end: () => all('restore'),
  },
  {
    name: 'every database, in the middle of a query',
    away: ['database movie'],
    calls: ['book a seat', 'see a screening'],
    begin: screenings.begin,
    midway: () => pause(300).then(() => all('cut')),
    end: () => Promise.all([all('restore'), screenings.end()]),
  },
];

function databases(names: (Service | 'course' | 'notification')[]): Outage {
  return {
    name: `databases: ${names.join(', ')}`,
    away: names.flatMap((name): Away[] => [`database ${name}`, name]),
    begin: () => all('cut', names),
    end: () => all('restore', names),
  };
}

function lockOn(table: string): Pick<Outage, 'begin' | 'end'> {
  let lock: Knex.Transaction | undefined;
  return {
    begin: async () => {
      lock = await stack.db.transaction();
      await lock.raw(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    },
    end: async () => lock?.rollback(),
  };
}

/** Waits until all parts but these are there. */
async function restartApi(without: string): Promise<void> {
  await stack.kill('api');
  await stack.start('api', { HARU_WITHOUT: without });
  await stack.ready();
}

async function readiness(): Promise<Record<string, { ok: boolean }>> {
  const answer = await fetch(`${stack.url}/readyz`);
  return ((await answer.json()) as { parts: Record<string, { ok: boolean }> }).parts;
}

/** What /readyz tells while nobody has ever asked for the box office's work: left out, and meant to be there. */
const parts: Record<'leftOut' | 'missing', Awaited<ReturnType<typeof readiness>>> = {
  leftOut: {},
  missing: {},
};

beforeAll(async () => {
  for (const name of DATABASES) proxies.set(name, await TcpProxy.start(process.env.TEST_POSTGRES_URL ?? ''));
  stack = await startStack({
    listeners: LISTENERS,
    without: ['boxoffice'],
    apart: SERVICES,
    quiet: true,
    env: { TARIFF_FIRST_MINUTES: '1', TARIFF_STEP_MINUTES: '1' },
    proxies: Object.fromEntries(
      [...proxies].map(([name, proxy]) => [`${name.toUpperCase()}_DATABASE_URL`, proxy]),
    ),
  });
  parts.leftOut = await readiness();
  await stack.kill('api');
  await stack.start('api', { HARU_WITHOUT: '' });
  const told = async () => (parts.missing = await readiness()) !== undefined;
  await until(() => told().catch(() => false), { withinMs: 20_000 });
  await stack.work(['boxoffice']);
  await stack.ready();

  const cinema = await Cinema.open(stack, { rows: 100 });
  const [kitchen, fleet] = await Promise.all([Kitchen.open(stack), Fleet.open(stack)]);
  const customer = await stack.signIn();
  let seats = 0;
  const seat = () => `${1 + Math.floor(seats / 10)}${'ABCDEFGHIJ'[seats++ % 10]}`;
  await fleet.topUp(customer, 10_000);
  const rental = await fleet.rent(customer, await fleet.bike());
  const ride = await fleet.ride(customer, await fleet.kickboard(), await fleet.pass(customer));
  const booking = await cinema.booked(customer, [seat()]);
  const order = (await kitchen.delivering(customer)).id as string;
  world = { stack, cinema, kitchen, fleet, seat, standing: { customer, rental, ride, booking, order } };
}, 120_000);
afterAll(() => stack.stop().finally(() => all('cut')));

test('what is left out does not count as missing; what should be there and is not does, by name', () => {
  expect(parts.leftOut).not.toHaveProperty('queue boxoffice');
  expect(Object.keys(parts.missing).filter((part) => !parts.missing[part]?.ok)).toEqual(['queue boxoffice']);
});

interface Attempt {
  row: Row;
  me: TestClient;
  ask: () => Promise<Answer>;
  cell: Exclude<Cell, string> | undefined;
  answer?: Answer;
}
const isRefused = ({ cell }: Attempt) => cell?.code !== undefined;
const results: { outage: string; call: string; answer: string }[] = [];

test.each(OUTAGES)('$name', async (outage) => {
  const rows = rowsOf(outage);
  const attempts: Attempt[] = [];
  const prepare = async (row: Row) => {
    const me = await stack.signIn({ roles: ROLES });
    const call = await row.prepare(world, me);
    const ask = typeof call === 'function' ? call : () => me.post(call[0], call[1], 'mine');
    attempts.push({ row, me, ask, cell: cellOf(row, outage) });
  };
  const [inSome, inAll] = [rows.filter(({ only }) => only), rows.filter(({ only }) => !only)];
  await inLanes(inAll, prepare);
  await expectStates(attempts, ({ row }) => row.states[0]);
  for (const row of inSome) await prepare(row);

  await outage.begin();
  const begun = Date.now();
  try {
    const served = attempts.filter((one) => !isRefused(one));
    const asked = Promise.all([...attempts.filter(isRefused).map(ask), inLanes(served, ask)]);
    await outage.midway?.();
    await asked;
    for (const one of attempts)
      results.push({ outage: outage.name, call: one.row.call, answer: answerOf(one) });
    expectAnswers(attempts);
    if (!outage.blind)
      await expectStates(attempts, ({ row, cell }) =>
        cell ? (cell.meanwhile ?? (cell.code && row.states[0])) : row.states[1],
      );
  } finally {
    await outage.end();
  }
  await expectStates(attempts, (one) => one.row.states[isRefused(one) ? 0 : 1]);

  const again = attempts.filter(isRefused).map((one): Attempt => ({ ...one, cell: undefined }));
  // Until then what is asked under the same key may have to wait for the first try: Retry-After is 5 s.
  if (again.length > 0) await pause(begun + 5_000 - Date.now());
  await inLanes(again, ask);
  expectAnswers(again);
  await expectStates(again, ({ row }) => row.states[1]);
  expect(await stack.breaches()).toEqual([]);
});

test('every database goes away in the middle of bookings: one booking and one capture for each key', async () => {
  const { cinema, seat } = world;
  const bookings: Attempt[] = [];
  for (let i = 0; i < 10; i++) {
    const me = await stack.signIn();
    const seats = [seat()];
    const row = { ...TABLE[0]!, call: `booking ${i}` };
    bookings.push({ row, me, ask: () => cinema.book(me, seats, card(), 'mine'), cell: undefined });
  }
  const asked = bookings.map((one, i) => pause(i * 120).then(() => one.ask()));
  await pause(600);
  await all('cut');
  await pause(6_000);
  await all('restore');
  const answers = await Promise.all(asked);
  await inLanes(bookings, ask);
  for (const [i, { answer }] of bookings.entries()) {
    const { status, body } = answers[i]!;
    expect([answer?.status, status]).toEqual([201, status === 201 ? 201 : 503]);
    if (status === 201) expect(answer?.body.id).toBe(body.id);
  }
  await expectStates(bookings, ({ row }) => row.states[1]);
});

test.each(['before', 'after'] as const)(
  'the delivery worker dies %s it offers a delivery: one courier has the offer, once',
  async (when) => {
    const { kitchen } = world;
    const couriers = [1, 2].map(() => stack.signIn({ roles: ['courier'] }));
    const [dana, jun] = (await Promise.all(couriers)) as [TestClient, TestClient];
    await stack.kill('worker delivery');
    await stack.work(['delivery'], [{ of: 'dlv_', when, step: 'offerDelivery' }]);
    for (const courier of [dana, jun]) await courier.call('PUT', '/v1/couriers/me/duty');
    const order = await kitchen.delivering(await stack.signIn());
    expect(await stack.died('worker delivery', 20_000)).toBe(true);
    const at = `/v1/deliveries/${order.delivery.id}`;
    const seen = async () => (await kitchen.admin.get(at)).body;
    expect(await seen()).toMatchObject({ status: 'STARTED', courier: when === 'after' ? dana.user : null });

    await stack.work(['delivery']);
    const searching = (await stack.temporal).workflow.getHandle(order.delivery.id as string);
    const waits = async () => {
      const { raw } = await searching.describe();
      return !raw.pendingWorkflowTask && (await seen()).courier !== null;
    };
    expect(await until(waits, { withinMs: 30_000 })).toBe(true);
    expect(await seen()).toMatchObject({ status: 'STARTED', courier: dana.user, offer: 'OFFERED' });
    const told = stack.db('delivery.outbox').where({ subject: order.delivery.id });
    expect(await told.orderBy('position').pluck('type')).toEqual(['delivery.started', 'delivery.offered']);
    for (const courier of [dana, jun]) await courier.call('DELETE', '/v1/couriers/me/duty');
    expect((await dana.post(`${at}/accept`)).status).toBe(200);
    expect((await kitchen.complete(order.delivery.id as string, dana)).status).toBe(200);
    expect(await searching.result()).toBe('OVER');
  },
);

test('what stood through all outages is brought to its end; the bike is billed by its minutes', async () => {
  const { fleet, kitchen, standing } = world;
  const { customer, booking, ride, rental, order } = standing;
  const staff = await stack.signIn({ roles: ['staff'] });
  const { delivery } = (await customer.get(`/v1/orders/${order}`)).body;
  const ends = [
    await staff.post(`/v1/bookings/${booking}/collect`),
    await fleet.bringBack(customer, ride),
    await fleet.bringBack(customer, rental),
    await kitchen.complete(delivery.id as string),
  ];
  expect(ends.map(({ body }) => body.status)).toEqual(['COLLECTED', 'RETURNED', 'RETURNED', 'COMPLETED']);
  const { minutes, fee } = (await fleet.billed(customer, rental)).bill as { minutes: number; fee: number };
  expect(minutes).toBeGreaterThan(1);
  expect(fee).toBe(1_000 + (minutes - 1) * 200);
});

test('every cell of the table has its result', () => {
  const lines = TABLE.flatMap(({ call }) => {
    const outages = new Map<string, string[]>();
    for (const { outage, answer } of results.filter((result) => result.call === call))
      outages.set(answer, [...(outages.get(answer) ?? []), outage]);
    return [...outages].map(([answer, names]) => {
      const where = answer.startsWith('503') ? names.join('; ') : `${names.length} outages`;
      return `${call.padEnd(42)} ${answer.padEnd(28)} ${where}`;
    });
  });
  console.log([`${results.length} calls while something was away`, ...lines].join('\n'));
  const cells = OUTAGES.flatMap((outage) => rowsOf(outage).map(({ call }) => `${outage.name}: ${call}`));
  expect(results.map(({ outage, call }) => `${outage}: ${call}`).sort()).toEqual(cells.sort());
});

const rowsOf = ({ away, calls }: Outage) =>
  TABLE.filter(
    ({ call, only }) => (calls?.includes(call) ?? true) && (only?.some((one) => away.includes(one)) ?? true),
  );

function cellOf({ cells }: Row, { away, otherwise }: Outage): Attempt['cell'] {
  const cell = away.map((one) => cells[one]).find((found) => found !== undefined) ?? otherwise;
  return typeof cell === 'string' ? { code: cell } : cell;
}

async function ask(attempt: Attempt): Promise<void> {
  attempt.answer = await attempt.ask();
}

async function inLanes<T>(things: readonly T[], act: (thing: T) => Promise<void>): Promise<void> {
  const left = things.values();
  const lane = async () => {
    for (const thing of left) await act(thing);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** In words, with whatever is wrong with it. */
function answerOf({ answer }: Attempt): string {
  const { status = 0, body, headers, ms = 0 } = answer ?? {};
  if (status !== 503) return `${status} ${body?.code ?? ''}`.trim();
  // The contract bounds `<service>-unavailable`; a refund is asked for until its fate is known (P3).
  const late = ms >= 5_000 && body.code !== 'refund-unavailable' ? ` after ${ms.toFixed(0)} ms` : '';
  return `503 ${body.code}${late}${headers?.get('retry-after') === '5' ? '' : ' without Retry-After: 5'}`;
}

function expectAnswers(attempts: Attempt[]): void {
  const named = (of: (attempt: Attempt) => unknown) =>
    Object.fromEntries(attempts.map((one) => [one.row.call, of(one)]));
  expect(named(answerOf)).toEqual(
    named(({ row, cell }) => (cell?.code ? `503 ${cell.code}` : `${row.status}`)),
  );
  for (const { row, cell, answer } of attempts.filter((one) => !isRefused(one)))
    expect({ ...answer, call: row.call }).toMatchObject({
      call: row.call,
      body: { ...row.body, ...cell?.body },
    });
}

/** Waits until all customers have what they should. @param expected undefined: anything */
async function expectStates(
  attempts: Attempt[],
  expected: (attempt: Attempt) => string | undefined,
): Promise<void> {
  const awaited = attempts.filter((attempt) => expected(attempt) !== undefined);
  const named = (states: unknown[]) => Object.fromEntries(awaited.map(({ row }, i) => [row.call, states[i]]));
  const right = awaited.map(expected);
  let states: string[] = [];
  const same = async () => {
    states = await statesOf(
      stack,
      awaited.map(({ me }) => me.user),
    );
    return states.every((state, i) => state === right[i]);
  };
  await until(same, { withinMs: 30_000, everyMs: 250 });
  expect(named(states)).toEqual(named(right));
}
