import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Passes } from '../../activities/kickboard/passes';
import { KickboardRepository } from '../../activities/kickboard/repository';
import { MovieRepository } from '../../activities/movie/repository';
import { DOMAINS, SERVICES } from '../../config';
import { until } from '../../engine/wait';
import { CATALOGUE } from '../../events/catalogue';
import { migrationsOf } from '../../migrations/sql-files';
import { ROOT } from '../../root';
import { card, Cinema } from '../cinema';
import type { TestClient } from '../test-client';
import { Fleet } from '../fleet';
import { orderFor } from '../sagas/orders';
import { startStack, type TestStack } from '../test-stack';
import { ORDERS } from './journeys-of-orders';
import { COURSES } from './journeys-of-courses';
import { VEHICLES } from './journeys-of-vehicles';
import { outboxOf, toldOf, unfit } from './told';
import { argsOf } from '../scripts';

const SOON = { withinMs: 20_000, everyMs: 100 };

let stack: TestStack;
let cinema: Cinema;
let minji: TestClient;
let staff: TestClient;
let yuna: TestClient;
beforeAll(async () => {
  stack = await startStack({ listeners: [], env: { OPERATOR_AFTER_SECONDS: '2' } });
  [cinema, minji, staff, yuna] = await Promise.all([
    Cinema.open(stack),
    stack.signIn(),
    stack.signIn({ roles: ['staff'] }),
    stack.signIn({ roles: ['admin'] }),
  ]);
});
// Steps taken without their sagas leave what no law allows.
afterAll(() => stack.stop({ lawful: false }));

let seats = 0;
const seat = () => `${(seats % 10) + 1}${String.fromCharCode(65 + Math.floor(seats++ / 10))}`;

/** Waits until a domain has told this of a thing, and nothing else. */
async function told(domain: string, id: string, what: string | RegExp): Promise<void> {
  const pattern = typeof what === 'string' ? new RegExp(`^${what}$`) : what;
  if (await until(async () => pattern.test(await toldOf(stack, domain, id)), SOON)) return;
  expect([id, await toldOf(stack, domain, id)]).toEqual([id, what]);
}

/** A booking with its ticket. @returns its id */
async function standing(token = 'tok_ok', where = cinema): Promise<string> {
  const id = await where.booked(minji, [seat()], token);
  await told('movie', id, 'held, booked, ticket-issued');
  return id;
}

/** A booking that is refused for this reason. @returns its id */
async function refused(token: string, code: string, where = cinema): Promise<string> {
  const who = await stack.signIn();
  expect((await where.book(who, [seat()], card(token))).body.code).toBe(code);
  const { id } = await stack.db('movie.bookings').where({ customer: who.user }).first();
  return id as string;
}

async function noShow(): Promise<void> {
  const soon = await Cinema.open(stack, { startsIn: 0.15, lasts: 0.02 });
  const id = await standing('tok_ok', soon);
  await told('movie', id, 'held, booked, ticket-issued, no-show');
}

const TAKEN = 'charge-sent, captured';

/** What customers, staff and operators do, and what is told of it, once each and in this order. */
const JOURNEYS: Record<string, () => Promise<void>> = {
  'a ticket that is collected': async () => {
    const id = await standing();
    expect((await staff.post(`/v1/bookings/${id}/collect`)).status).toBe(200);
    await told('movie', id, 'held, booked, ticket-issued, collected');
    await told('boxoffice', id, 'issued, handed-out');
    await told('payment', id, TAKEN);
  },
  'a booking that is cancelled': async () => {
    const id = await standing();
    expect((await minji.post(`/v1/bookings/${id}/cancel`)).status).toBe(200);
    await told('movie', id, 'held, booked, ticket-issued, cancelled');
    await told('boxoffice', id, 'issued, voided');
    await told('payment', id, `${TAKEN}, refund-sent, refunded`);
  },
  'a screening that is taken off': async () => {
    const { screeningId } = await Cinema.open(stack);
    expect((await yuna.call('DELETE', `/v1/screenings/${screeningId}`)).status).toBe(204);
    await told('movie', screeningId, 'screening-added, screening-removed');
  },
  'a refund that is refused': async () => {
    const id = await standing('tok_norefund');
    expect((await minji.post(`/v1/bookings/${id}/cancel`)).body.code).toBe('refund-refused');
    await told('movie', id, 'held, booked, ticket-issued');
    await told('payment', id, `${TAKEN}, refund-sent, refund-refused`);
  },
  'a card that is declined': async () => {
    const id = await refused('tok_declined', 'payment-declined');
    await told('movie', id, 'held, refused');
    await told('payment', id, 'charge-sent, declined');
  },
  'a charge in doubt': async () => {
    const id = await refused('tok_error_after', 'payment-unavailable');
    await told('movie', id, 'held, refused');
    await told('payment', id, 'charge-sent, charge-in-doubt, captured, refund-sent, refunded');
  },
  'a deposit that pays, and one that is not topped up': async () => {
    const who = await stack.signIn();
    const { body: topUp } = await who.post('/v1/deposits/top-ups', { amount: 30_000, payment: card() });
    await told('payment', topUp.id, `${TAKEN}, deposit-moved, topped-up`);
    const { body } = await cinema.book(who, [seat()], { method: 'deposit' });
    await told('payment', body.id, 'deposit-moved, captured');
    await who.post('/v1/deposits/top-ups', { amount: 30_000, payment: card('tok_declined') });
    const failed = await stack.db('payment.top_ups').where({ customer: who.user, status: 'FAILED' }).first();
    await told('payment', failed.id as string, 'charge-sent, declined, top-up-refused');
  },
  'money that an operator settles': async () => {
    const late = await Cinema.open(stack);
    await stack.db.raw(`
      CREATE FUNCTION movie.too_late() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.answer_by := now(); RETURN NEW; END $$;
      CREATE TRIGGER too_late BEFORE INSERT ON movie.bookings FOR EACH ROW
        WHEN (NEW.screening_id = '${late.screeningId}') EXECUTE FUNCTION movie.too_late()`);
    const id = await refused('tok_norefund', 'movie-unavailable', late);
    await told('payment', id, /^charge-sent, captured(, refund-sent, refund-refused)+, needs-operator$/);
    const { id: parked } = await stack.db('payment.parked').where({ business_id: id }).first();
    await yuna.post(`/v1/operations/parked/${parked}/settle`, { reason: 'paid by transfer' });
    await told('payment', id, /refund-refused, needs-operator, refund-settled, operator-done$/);
  },
};

/** It takes as long as the others together. */
let nobodyComes: Promise<void>;
beforeAll(() => {
  nobodyComes = noShow();
  nobodyComes.catch(() => undefined);
});

test.each(Object.keys(JOURNEYS))('%s: each of its transitions is told once, in their order', (journey) =>
  JOURNEYS[journey]!(),
);

const BY_OTHERS = { ...VEHICLES, ...ORDERS, ...COURSES };

test.each(Object.keys(BY_OTHERS))('%s: each of its transitions is told once, in their order', (journey) =>
  BY_OTHERS[journey]!(stack, told),
);

test('a ticket that nobody comes for: each of its transitions is told once, in their order', () =>
  nobodyComes);

test('after all these journeys every law holds', async () => {
  expect(await stack.breaches()).toEqual([]);
});

const twice = async (step: () => Promise<unknown>) => {
  await step();
  await step();
};

test('a step that is taken again tells nothing again', async () => {
  const movie = new MovieRepository(stack.db);
  const screening = await stack.db('movie.screenings').where({ id: cinema.screeningId }).first();
  const order = orderFor(
    { ...screening, startsAt: screening.starts_at, endsAt: screening.ends_at },
    { seats: [seat()], answerBy: Date.now() + 60_000 },
  );
  await twice(() => movie.holdSeats(order));
  await twice(() => movie.confirm(order.id, 'pay_1'));
  await twice(() => movie.ticketIssued(order.id));
  await twice(() => movie.cancel(order.id));
  await twice(() => movie.freeSeats(order, 'conflict'));
  expect(await toldOf(stack, 'movie', order.id)).toBe('held, booked, ticket-issued, cancelled');
});

test('nor do the steps of a ride that is a day late', async () => {
  const [kickboards, passes] = [new KickboardRepository(stack.db), new Passes(stack.db)];
  const kickboardId = await (await Fleet.open(stack)).kickboard();
  const [startedAt, answerBy] = [Date.now(), Date.now() + 60_000];
  const by = { customer: minji.user, answerBy };
  const payment = { method: 'deposit' as const };
  const ride = { ...by, id: 'rid_late', passId: 'pas_late', kickboardId, minutes: 1 };
  await twice(() => passes.open({ ...by, id: 'pas_late', type: '1', price: 1_000, rides: 1, payment }));
  await twice(() => passes.confirm('pas_late', 'pay_late'));
  await twice(() => kickboards.claim({ ...ride, startedAt, dueAt: startedAt + 60_000 }));
  await twice(() => kickboards.remind(ride.id));
  await twice(() => kickboards.miss(ride.id));
  await twice(() => kickboards.takeBack(ride.id, { endedAt: Date.now() }));
  await twice(() => kickboards.refuse(ride, 'conflict'));
  expect(await toldOf(stack, 'kickboard', 'pas_late')).toBe('pass-opened, pass-bought, pass-used');
  expect(await toldOf(stack, 'kickboard', 'rid_late')).toBe('rented, due, missing, returned');
});

/** While a step waits for the booking, someone who began later tells of it and is done before. */
async function overtaken<T>(id: string, step: () => Promise<T>): Promise<T> {
  const holder = await stack.db.transaction();
  await holder('movie.bookings').where({ id }).forUpdate().first();
  const stepping = step();
  stepping.catch(() => undefined);
  try {
    const waits = async () => {
      const { rows } = await stack.db.raw(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
         AND query LIKE '%update "movie"."bookings"%'`,
      );
      return rows.length > 0;
    };
    expect(await until(waits, { withinMs: 10_000, everyMs: 10 })).toBe(true);
    await stack.db.raw(
      `INSERT INTO movie.outbox (type, subject, customer, data)
       SELECT type, subject, customer, data FROM movie.outbox WHERE subject = ? ORDER BY position DESC LIMIT 1`,
      [id],
    );
  } finally {
    await holder.rollback();
  }
  return stepping;
}

test('a step that another has overtaken is refused by the outbox, tried again and told after it', async () => {
  const id = await standing();
  const movie = new MovieRepository(stack.db);
  await expect(overtaken(id, () => movie.cancel(id))).rejects.toMatchObject({ code: '40001' });
  expect(await toldOf(stack, 'movie', id)).toBe('held, booked, ticket-issued, ticket-issued');

  const { status, body } = await overtaken(id, () => minji.post(`/v1/bookings/${id}/cancel`));
  expect([status, body.status]).toEqual([200, 'CANCELLED']);
  await told('movie', id, 'held, booked, ticket-issued, ticket-issued, ticket-issued, cancelled');
});

test('whoever wants to listen is told of every event, with the schema of its data', async () => {
  const { status, body } = await staff.get('/v1/events/catalogue');
  const kinds = body.data as { name: string; type: string; schema: { type: string; properties: object } }[];
  expect([status, kinds.map(({ name }) => name)]).toEqual([200, Object.keys(CATALOGUE)]);
  expect(kinds.filter(({ schema }) => schema.type !== 'object')).toEqual([]);
  const closed = kinds.find(({ name }) => name === 'billing.closed');
  expect(closed?.type).toBe('haru.billing.closed.v1');
  expect(closed?.schema.properties).toMatchObject({
    tariff: { type: 'object', properties: { firstFee: { type: 'integer' } } },
  });
});

/** All rows of all outboxes, each of which must fit. @returns the names of the events among them */
async function allFit(): Promise<Set<string>> {
  const seen = new Set<string>();
  for (const domain of DOMAINS) {
    const rows = await outboxOf(stack, domain);
    expect(rows.flatMap((row) => unfit(domain, row))).toEqual([]);
    for (const { type } of rows) seen.add(type);
  }
  return seen;
}

/** Told by what is rare: it has tests of its own, and takes its shape from the same functions. */
const RARE = [
  'boxoffice.taken-back',
  'payment.not-captured',
  'payment.charge-closed',
  'payment.refund-failed',
  'payment.refund-in-doubt',
  'payment.not-refunded',
  'payment.refund-written-off',
];

test('every event fits the catalogue; before there were events, things are told of as they are', async () => {
  const seen = await allFit();
  for (const name of ['api', 'psp', `worker ${SERVICES.join(' ')}`]) await stack.stopOne(name);
  for (const [domain, name] of [
    ['movie', '002_events.ts'],
    ['boxoffice', '002_events.ts'],
    ['payment', '005_events.ts'],
  ] as const) {
    const where = { migrationSource: migrationsOf(domain), schemaName: domain, tableName: 'migrations' };
    await stack.db.migrate.down({ ...where, name });
    await stack.db.migrate.up({ ...where, name });
  }
  for (const type of await allFit()) seen.add(type);
  expect(Object.keys(CATALOGUE).filter((type) => !seen.has(type))).toEqual(RARE);
});

test('control: an event with a field too many, one too few, or of another domain does not fit', () => {
  const row = { type: 'boxoffice.issued', subject: 'bkg_1', customer: null } as const;
  const data = { status: 'ISSUED', screeningId: 'scr_1', seats: ['1A'] };
  expect(unfit('boxoffice', { ...row, data })).toEqual([]);
  expect(unfit('boxoffice', { ...row, data: { ...data, hall: '1' } })).toHaveLength(1);
  expect(unfit('boxoffice', { ...row, data: { status: 'ISSUED', seats: ['1A'] } })).toHaveLength(1);
  expect(unfit('movie', { ...row, data })).toEqual(['movie tells boxoffice.issued']);
});

test('docs/events.md is what the catalogue says', async () => {
  const command = [...argsOf('scripts/docs-events.ts'), '--check'];
  await promisify(execFile)(process.execPath, command, { cwd: ROOT });
});
