import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { configFrom } from '../../config';
import { connect } from '../../activities/database';
import { MovieRepository } from '../../activities/movie/repository';
import { until } from '../../engine/wait';
import { Outbox } from '../../events/outbox';
import { VIEWS } from '../../views/all';
import { rebuild } from '../../views/rebuild';
import { type Crew, startListeners } from '../../workers/listeners';
import { newDatabases } from '../system';

const WRITERS = 4;
const PAUSE_MS = 20;

let db: Knex;
let url: string;
let relay: Crew;
let outboxes: Outbox[];
beforeAll(async () => {
  url = (await newDatabases()).databaseUrl;
  db = connect(url, 20);
  outboxes = ['movie', 'boxoffice', 'payment'].map((name) => new Outbox(db, name));
  relay = await follow();
});
afterAll(async () => {
  relay.stop();
  await relay.done;
  await db.destroy();
});

const follow = () => startListeners(['views'], configFrom({ DATABASE_URL: url }), pino({ level: 'silent' }));

/** Screenings, bookings that end in every way, and deposits that move, until told to stop. */
async function live(stopped: () => boolean): Promise<void> {
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

async function whileTheyWrite(work: () => Promise<void>): Promise<void> {
  let stopped = false;
  const writing = Array.from({ length: WRITERS }, () => live(() => stopped));
  try {
    await work();
  } finally {
    stopped = true;
    await Promise.all(writing);
  }
}

const quiet = () =>
  until(
    async () => {
      const { rows } = await db.raw<{ rows: [{ behind: number }] }>(
        `SELECT (SELECT count(*) FROM movie.outbox o, views.checkpoints c
           WHERE c.consumer = 'bookings' AND (o.xid, o.position) > (c.xid, c.position))
         + (SELECT count(*) FROM payment.outbox o, views.checkpoints c
           WHERE c.consumer = 'deposits' AND (o.xid, o.position) > (c.xid, c.position)) AS behind`,
      );
      return rows[0].behind === 0;
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

const BOOKINGS = `SELECT b.id, b.customer, b.screening_id, s.movie_name, s.starts_at, s.ends_at, b.seats, b.total_price,
  b.status, b.ticket, b.payment_id, b.payment_method, b.refunded, b.failure
  FROM movie.bookings b JOIN movie.screenings s ON s.id = b.screening_id`;
const DEPOSITS = `SELECT substr(id, 9), balance FROM payment.accounts WHERE id LIKE 'deposit:%'`;

async function pagesEqualTables(): Promise<void> {
  expect(await quiet()).toBe(true);
  expect(await unlike('SELECT * FROM views.bookings', BOOKINGS)).toBe(0);
  expect(await unlike('SELECT customer, balance FROM views.deposits', DEPOSITS)).toBe(0);
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

test('what all events of a booking or a deposit come to is how it stands', async () => {
  const { rows } = await db.raw<{ rows: [{ bookings: number; deposits: number }] }>(
    `SELECT
       (SELECT count(*) FROM movie.bookings b WHERE b.status <> COALESCE((SELECT o.data ->> 'status' FROM movie.outbox o
         WHERE o.subject = b.id ORDER BY o.xid DESC, o.position DESC LIMIT 1), 'never told')) AS bookings,
       (SELECT count(*) FROM payment.accounts a WHERE a.id LIKE 'deposit:%' AND a.balance <> COALESCE(
         (SELECT sum((o.data ->> 'amount')::bigint) FROM payment.outbox o
          WHERE o.type = 'payment.deposit-moved' AND 'deposit:' || o.customer = a.id), 0)) AS deposits`,
  );
  expect(rows[0]).toEqual({ bookings: 0, deposits: 0 });
});
