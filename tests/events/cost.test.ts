import type { Knex } from 'knex';
import { connect, NO_HURRY } from '../../activities/database';
import { herald, messenger } from '../../activities/notification/consumer';
import { MovieRepository } from '../../activities/movie/repository';
import { DOMAINS } from '../../config';
import { Outbox } from '../../events/outbox';
import type { Consumer } from '../../events/subscription';
import { Subscriptions } from '../../events/subscriptions';
import { viewConsumers } from '../../views/all';
import { newDatabases } from '../test-stack';

const HOUR = 3_600_000;
const BOOKINGS = 20;

let db: Knex;
/** What was asked of the database, since it was emptied. */
const asked: string[] = [];
beforeAll(async () => {
  db = connect((await newDatabases()).databaseUrl, 5, NO_HURRY);
  db.on('query', ({ sql }: { sql: string }) => void asked.push(sql));
});
afterAll(() => db.destroy());

/** So many bookings that are held and confirmed: two events each. */
async function book(bookings: number): Promise<void> {
  const movie = new MovieRepository(db);
  const screening = `scr_${Date.now()}`;
  const [startsAt, endsAt] = [Date.now() + HOUR, Date.now() + 2 * HOUR];
  const show = { id: screening, movieName: '기생충', hall: screening, rows: 10, columns: 10, price: 10_000 };
  await movie.addScreening({ ...show, startsAt: new Date(startsAt), endsAt: new Date(endsAt) });
  for (let n = 1; n <= bookings; n++) {
    const id = `bkg_${screening}_${n}`;
    await movie.holdSeats({
      ...{ id, customer: `u-${n}`, screeningId: screening, seats: [`1${String.fromCharCode(64 + n)}`] },
      ...{ totalPrice: 10_000, payment: { method: 'card', token: 'tok_ok' } },
      ...{ answerBy: Date.now() + HOUR, startsAt, endsAt },
    });
    await movie.confirm(id, `pay_${n}`);
  }
}

/** Takes the consumer through all that is there. @returns the statements of each look */
async function looksOf(consumer: Consumer): Promise<string[][]> {
  const outboxes = DOMAINS.filter((domain) => consumer.sources.includes(domain)).map(
    (domain) => new Outbox(db, domain),
  );
  const subscriptions = new Subscriptions(consumer, outboxes);
  await subscriptions.register();
  await subscriptions.advance(subscriptions.sources);
  await book(BOOKINGS);
  const looks: string[][] = [];
  for (let look = 0; look < 2; look++) {
    asked.length = 0;
    await subscriptions.advance(subscriptions.sources);
    looks.push(asked.map((sql) => sql.trim().split(/\s+/).slice(0, 3).join(' ')));
  }
  return looks;
}

const LOOK = ['SELECT f.*, from_xid::text,'];

test('a view of one source or two: a batch is a read and a transaction of two statements; a look is the read', async () => {
  const [bookings, , , , rentals] = viewConsumers(db) as [Consumer, ...Consumer[]];
  expect(await looksOf(bookings)).toEqual([
    [...LOOK, 'BEGIN;', 'WITH moves AS', 'insert into "views"."bookings"', 'COMMIT;'],
    LOOK,
  ]);
  // Nothing of its two sources.
  expect(await looksOf(rentals as Consumer)).toEqual([LOOK, LOOK]);
});

test('the inbox: a batch is a read and a transaction; a look is the read', async () => {
  expect(await looksOf(messenger(db, { webhooks: { allowPrivate: false } }))).toEqual([
    [...LOOK, 'BEGIN;', 'WITH moves AS', 'WITH told AS', 'COMMIT;'],
    LOOK,
  ]);
});

test('webhooks nobody has asked for: a batch is a read and a transaction that finds no endpoint', async () => {
  expect(await looksOf(herald(db))).toEqual([
    [...LOOK, 'BEGIN;', 'WITH moves AS', 'select "id", "events",', 'COMMIT;'],
    LOOK,
  ]);
});
