import type { Knex } from 'knex';
import pino from 'pino';
import { connect, NO_HURRY } from '../../activities/database';
import { webhookConsumer, messageConsumer } from '../../activities/notification/consumer';
import { MovieRepository } from '../../activities/movie/repository';
import { DOMAINS } from '../../config';
import { Delivery } from '../../events/delivery';
import type { Source } from '../../events/follow';
import { Outbox } from '../../events/outbox';
import type { Consumer } from '../../events/subscription';
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

/** As the relay has them: all views, the inbox and webhooks. */
const consumers = (): Consumer[] => [
  ...viewConsumers(db),
  messageConsumer(db, { perHour: 30, webhooks: { allowPrivate: false, allowPlain: false } }),
  webhookConsumer(db),
];

/** Takes all consumers through all that is there. @returns the statements of each look */
async function looks(told: readonly (() => Promise<void>)[]): Promise<string[][]> {
  const sources = DOMAINS.map((domain) => ({ outbox: new Outbox(db, domain), url: '' }));
  const delivery = new Delivery(db, consumers(), sources as [Source, ...Source[]], pino({ level: 'silent' }));
  await delivery.register();
  while ((await delivery.look()).found);
  const all: string[][] = [];
  for (const tell of told) {
    await tell();
    asked.length = 0;
    await delivery.look();
    all.push(asked.map((sql) => sql.trim().split(/\s+/).slice(0, 3).join(' ')));
  }
  return all;
}

const LOOK = 'SELECT a.*, xid::text';
const nothing = () => Promise.resolve();

test('a batch is one transaction for all consumers; a look at nothing is one statement, however many there are', async () => {
  const some = () => book(BOOKINGS);
  const taken = [
    'WITH moves AS',
    'WITH moves AS',
    'insert into "views"."bookings"',
    'WITH told AS',
    'select "id", "events",',
  ];
  expect(await looks([some, some, nothing, nothing])).toEqual([
    [LOOK, 'BEGIN;', ...taken, 'COMMIT;'],
    // There was something a moment ago: it is looked for in the transaction in which it takes effect.
    ['BEGIN;', LOOK, ...taken, 'COMMIT;'],
    ['BEGIN;', LOOK, 'COMMIT;'],
    [LOOK],
  ]);
});
