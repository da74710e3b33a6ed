import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { configFrom, SERVICES } from '../../config';
import { connect, NO_HURRY } from '../../activities/database';
import { MovieRepository } from '../../activities/movie/repository';
import { until } from '../../engine/wait';
import { checkpointsIn } from '../../events/checkpoint';
import { BEGINNING } from '../../events/event';
import { Outbox } from '../../events/outbox';
import { VIEWS } from '../../views/all';
import { rebuild } from '../../views/rebuild';
import { type Group, startListeners } from '../../workers/listeners';
import { newDatabases } from '../test-stack';
import { Street } from './street';

const PAUSE_MS = 50;

let db: Knex;
let url: string;
let relay: Group;
let outboxes: Outbox[];
beforeAll(async () => {
  url = (await newDatabases()).databaseUrl;
  db = connect(url, 20, NO_HURRY);
  outboxes = SERVICES.map((name) => new Outbox(db, name));
  relay = await follow();
});
afterAll(async () => {
  relay.stop();
  await relay.done;
  await db.destroy();
});

const follow = () => startListeners(['views'], configFrom({ DATABASE_URL: url }), pino({ level: 'silent' }));

/** Screenings, bookings that end in every way, and deposits that move, until told to stop. */
async function atTheCinema(stopped: () => boolean): Promise<void> {
  const movie = new MovieRepository(db);
  const screening = `scr_${randomUUID()}`;
  const startsAt = Date.now() + 3_600_000;
  await movie.addScreening({
    id: screening,
    movieName: '기생충',
    hall: screening,
    startsAt: new Date(startsAt),
    endsAt: new Date(startsAt + 7_200_000),
    rows: 100,
    columns: 26,
    price: 1_000,
  });
  for (let n = 0; n < 2_600 && !stopped(); n++) {
    const id = `bkg_${randomUUID()}`;
    const order = {
      id,
      customer: `c${n % 50}`,
      screeningId: screening,
      seats: [`${Math.floor(n / 26) + 1}${String.fromCharCode(65 + (n % 26))}`],
      totalPrice: 1_000,
      payment: { method: 'card' as const, token: 'tok_ok' },
      answerBy: Date.now() + 60_000,
      startsAt,
      endsAt: startsAt + 7_200_000,
    };
    await movie.holdSeats(order);
    if (n % 5 === 0) await movie.freeSeats(order, 'payment-declined');
    else {
      await movie.confirm(id, `pay_${id}`);
      await movie.ticketIssued(id);
      if (n % 5 === 1) await movie.cancel(id);
      if (n % 5 === 2) await movie.collect(id, new Date(order.answerBy));
      if (n % 5 === 3) await movie.noShow(id);
    }
    await db.raw(
      `SELECT payment.transfer(:id, :id, 'TOP_UP', 'top-ups', :to, 500, 'x', NULL, NULL, NULL, NULL)`,
      { id: `trf_${randomUUID()}`, to: `deposit:c${n % 50}` },
    );
    await sleep(PAUSE_MS);
  }
}

/** Rides and rentals, likewise. */
async function inTheStreet(stopped: () => boolean): Promise<void> {
  const street = new Street(db);
  for (let n = 0; !stopped(); n++) {
    await street.ride(n, `c${n % 50}`);
    await street.rent(n, `c${n % 50}`);
    await street.order(n, `c${n % 50}`);
    await sleep(PAUSE_MS);
  }
}

/** Two of each. */
const live = (stopped: () => boolean) =>
  Promise.all([atTheCinema, inTheStreet, atTheCinema, inTheStreet].map((write) => write(stopped)));

async function whileTheyWrite(work: () => Promise<void>): Promise<void> {
  let stopped = false;
  const writing = live(() => stopped);
  try {
    await work();
  } finally {
    stopped = true;
    await writing;
  }
}

const quiet = () =>
  until(
    async () => {
      const reached = await checkpointsIn(db, 'views');
      const behind = VIEWS.flatMap(({ name, sources }) =>
        outboxes
          .filter((outbox) => sources.includes(outbox.name))
          .map((outbox) => {
            const place = reached.find(({ consumer, source }) => consumer === name && source === outbox.name);
            return outbox.behind(place ?? BEGINNING, 1);
          }),
      );
      return (await Promise.all(behind)).every(({ events }) => events === 0);
    },
    { withinMs: 30_000, everyMs: 50 },
  );

/** Rows that two queries do not share. */
async function unlike(one: string, other: string): Promise<number> {
  const { rows } = await db.raw<{ rows: [{ n: number }] }>(
    `SELECT count(*) AS n FROM ((${one} EXCEPT ${other}) UNION ALL (${other} EXCEPT ${one})) d`,
  );
  return rows[0].n;
}

/** What each page is to be, by the tables. */
const TABLES: Record<string, string> = {
  bookings: `SELECT b.id, b.customer, b.screening_id, s.movie_name, s.starts_at, s.ends_at, b.seats, b.total_price,
      b.status, b.ticket, b.payment_id, b.payment_method, b.refunded, b.failure, s.hall
    FROM movie.bookings b JOIN movie.screenings s ON s.id = b.screening_id`,
  deposits: `SELECT substr(id, 9), balance,
      (SELECT max(position) FROM payment.entries WHERE account = a.id)
    FROM payment.accounts a WHERE id LIKE 'deposit:%'`,
  passes: `SELECT id, customer, type, price, status, rides_total, rides_left, payment_id, payment_method, failure
    FROM kickboard.passes`,
  rides: `SELECT id, customer, kickboard_id, pass_id, status, minutes, started_at, due_at, ended_at, end_location
    FROM kickboard.rides WHERE status <> 'REFUSED'`,
  rentals: `SELECT r.id, r.customer, r.bike_id, r.status, r.started_at, r.start_location, r.ended_at, r.end_location,
      b.id, b.status, b.minutes, b.fee, b.tariff
    FROM bike.rentals r LEFT JOIN billing.bills b ON b.rental_id = r.id WHERE r.status <> 'REFUSED'`,
  orders: `SELECT id, customer, status, status_text, lines, total_price, address, payment, payment_id,
      payment_method, delivery_id, reason
    FROM food.orders WHERE status <> 'REFUSED'`,
  deliveries: `SELECT id, order_id, status FROM delivery.deliveries`,
};

async function pagesEqualTables(): Promise<void> {
  expect(await quiet()).toBe(true);
  const different: Record<string, number> = {};
  for (const { name } of VIEWS)
    different[name] = await unlike(`SELECT * FROM views.${name}`, TABLES[name] ?? 'not there');
  expect(different).toEqual(Object.fromEntries(Object.keys(TABLES).map((name) => [name, 0])));
}

test('each view, rebuilt while four write, equals the live one row by row, and the tables afterwards', async () => {
  await whileTheyWrite(async () => {
    await sleep(1_000);
    for (const view of VIEWS) {
      const { rows, different, events } = await rebuild(db, view, outboxes, () => undefined);
      process.stderr.write(`${view.name}: ${rows} rows from ${events} events\n`);
      expect([view.name, different]).toEqual([view.name, 0]);
      expect(events).toBeGreaterThan(0);
    }
  });
  await pagesEqualTables();
}, 120_000);

test('of two rebuilds of one view at once one is refused', async () => {
  const [view] = VIEWS;
  if (!view) throw new Error('no view');
  const both = await Promise.allSettled([1, 2].map(() => rebuild(db, view, outboxes, () => undefined)));
  const refused = both.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  expect(refused).toEqual([`Error: ${view.name} is being rebuilt already`]);
  await pagesEqualTables();
});

test('a view that was tampered with is told apart, and right again', async () => {
  await db('views.bookings').where({ status: 'COLLECTED' }).limit(1).update({ status: 'BOOKED' });
  const [bookings] = VIEWS.filter(({ name }) => name === 'bookings');
  if (!bookings) throw new Error('no bookings');
  const touched = await db('views.bookings').where({ status: 'BOOKED', ticket: 'COLLECTED' });
  const { different } = await rebuild(db, bookings, outboxes, () => undefined);
  expect(different).toBe(2 * touched.length);
  await pagesEqualTables();
});

test('with nobody to follow events, a rebuild brings the page up to date and the relay goes on from there', async () => {
  relay.stop();
  await relay.done;
  let stopped = false;
  const writing = live(() => stopped);
  await sleep(500);
  stopped = true;
  await writing;
  for (const view of VIEWS) await rebuild(db, view, outboxes, () => undefined);
  await pagesEqualTables();
  relay = await follow();
  await whileTheyWrite(() => sleep(300));
  await pagesEqualTables();
});

test('what has not come as far as the live page is not put in its place', async () => {
  const [bookings] = VIEWS.filter(({ name }) => name === 'bookings');
  if (!bookings) throw new Error('no bookings');
  expect(await quiet()).toBe(true);
  const checkpoint = () => db('views.checkpoints').where({ consumer: 'bookings', source: 'movie' });
  const [taken] = await checkpoint().select('xid', 'position');
  const before = await db('views.bookings').count();
  // As if the outbox had come from an older backup.
  await checkpoint().update({ position: db.raw('position + 1') });
  await expect(rebuild(db, bookings, outboxes, () => undefined)).rejects.toThrow(
    /^bookings stays as it is: it has taken events of movie up to .* older backup/,
  );
  expect(await db('views.bookings').count()).toEqual(before);

  // docs/operations.md: the page may be older than it was.
  await checkpoint().delete();
  await rebuild(db, bookings, outboxes, () => undefined);
  expect(await checkpoint().select('xid', 'position')).toEqual([taken]);
  await pagesEqualTables();
});

const told = (domain: string, id: string) =>
  `(SELECT o.data FROM ${domain}.outbox o WHERE o.subject = ${id} ORDER BY o.xid DESC, o.position DESC LIMIT 1)`;

/** What does not stand as all of its events together say. */
const OTHERWISE: Record<string, string> = {
  booking: `SELECT b.id FROM movie.bookings b WHERE b.status IS DISTINCT FROM ${told('movie', 'b.id')} ->> 'status'`,
  deposit: `SELECT a.id FROM payment.accounts a WHERE a.id LIKE 'deposit:%' AND a.balance IS DISTINCT FROM
    (SELECT sum((o.data ->> 'amount')::bigint) FROM payment.outbox o
     WHERE o.type = 'payment.deposit-moved' AND 'deposit:' || o.customer = a.id)`,
  pass: `SELECT p.id FROM kickboard.passes p WHERE (p.status, p.rides_left) IS DISTINCT FROM (
    ${told('kickboard', 'p.id')} ->> 'status', p.rides_total - (SELECT count(*) FROM kickboard.outbox o
     WHERE o.subject = p.id AND o.type = 'kickboard.pass-used'))`,
  ride: `SELECT r.id FROM kickboard.rides r WHERE r.status <> 'REFUSED'
    AND (r.status, r.end_location) IS DISTINCT FROM
    (${told('kickboard', 'r.id')} ->> 'status', ${told('kickboard', 'r.id')} ->> 'endLocation')`,
  order: `SELECT f.id FROM food.orders f WHERE f.status <> 'REFUSED'
    AND (f.status, f.payment) IS DISTINCT FROM
    (${told('food', 'f.id')} ->> 'status', ${told('food', 'f.id')} ->> 'payment')`,
  rental: `SELECT v.id FROM views.rentals v WHERE
    (v.status, v.end_location, v.bill_status, v.fee) IS DISTINCT FROM
    (${told('bike', 'v.id')} ->> 'status', ${told('bike', 'v.id')} ->> 'endLocation',
     ${told('billing', 'v.bill_id')} ->> 'status', (${told('billing', 'v.bill_id')} ->> 'fee')::bigint)`,
};

test.each(Object.keys(OTHERWISE))('what all events of a %s come to is how it stands', async (what) => {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(OTHERWISE[what] ?? '');
  expect(rows).toEqual([]);
});
