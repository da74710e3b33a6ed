import type { Knex } from 'knex';
import { connect, NO_HURRY } from '../../activities/database';
import { webhookConsumer, messageConsumer } from '../../activities/notification/consumer';
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

/** Takes the consumer through all that is there. @returns the statements of that look, and of one at nothing */
async function looksOf(consumer: Consumer): Promise<string[][]> {
  const outboxes = DOMAINS.filter((domain) => consumer.sources.includes(domain)).map(
    (domain) => new Outbox(db, domain),
  );
  const subscriptions = new Subscriptions(consumer, outboxes);
  await subscriptions.register();
  await subscriptions.advance(subscriptions.sources, true);
  await book(BOOKINGS);
  const looks: string[][] = [];
  for (const expected of [true, false]) {
    asked.length = 0;
    await subscriptions.advance(subscriptions.sources, expected);
    looks.push(asked.map((sql) => sql.trim().split(/\s+/).slice(0, 3).join(' ')));
  }
  return looks;
}

const LOOK = ['SELECT f.*, from_xid::text,'];

test('a view of one source or two: a batch is one transaction of three statements; a look is one of them', async () => {
  const [bookings, , , , rentals] = viewConsumers(db) as [Consumer, ...Consumer[]];
  expect(await looksOf(bookings)).toEqual([
    ['BEGIN;', ...LOOK, 'WITH moves AS', 'insert into "views"."bookings"', 'COMMIT;'],
    LOOK,
  ]);
  // Nothing of its two sources.
  expect(await looksOf(rentals as Consumer)).toEqual([['BEGIN;', ...LOOK, 'COMMIT;'], LOOK]);
});

test('the inbox: a batch is one transaction; a look is one of its statements', async () => {
  expect(
    await looksOf(messageConsumer(db, { webhooks: { allowPrivate: false, allowPlain: false } })),
  ).toEqual([['BEGIN;', ...LOOK, 'WITH moves AS', 'WITH told AS', 'COMMIT;'], LOOK]);
});

test('webhooks nobody has asked for: a batch is one transaction that finds no endpoint', async () => {
  expect(await looksOf(webhookConsumer(db))).toEqual([
    ['BEGIN;', ...LOOK, 'WITH moves AS', 'select "id", "events",', 'COMMIT;'],
    LOOK,
  ]);
});
