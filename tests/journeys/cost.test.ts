import type { Knex } from 'knex';
import { connect, NO_HURRY } from '../../activities/database';
import { Cinema, ticketIssued } from '../cinema';
import { CINEMA, startStack, type TestStack } from '../test-stack';

const BOOKINGS = 10;
/** A new connection's, and the reading of a booking: the test reads too, until the ticket is there. Requests are
 * counted by the second, however many there are. */
const NOT_COUNTED = /^select (version\(\)|"b"\."id")|api.*rate_limits/;

let stack: TestStack;
let server: Knex;
beforeAll(async () => {
  server = connect(process.env.TEST_POSTGRES_URL ?? '', 1, NO_HURRY);
  stack = await startStack({ only: CINEMA, listeners: [] });
});
afterAll(async () => {
  await server.destroy();
  await stack.stop();
});

/** How often each statement has run on Haru's database. */
async function statements(): Promise<Map<string, number>> {
  const database = new URL(stack.env.DATABASE_URL ?? '').pathname.slice(1);
  const { rows } = await server.raw<{ rows: { query: string; calls: number }[] }>(
    `SELECT s.query, sum(s.calls)::int AS calls FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
     WHERE d.datname = ? AND s.toplevel GROUP BY s.query`,
    [database],
  );
  return new Map(rows.map(({ query, calls }) => [query, calls]));
}

test('a booking with its ticket: its statements, each of them once', async () => {
  const cinema = await Cinema.open(stack);
  const customers = await Promise.all(Array.from({ length: BOOKINGS }, () => stack.signIn()));
  const ids: string[] = [];
  const before = await statements();
  for (const [n, customer] of customers.entries()) ids.push(await cinema.booked(customer, [`${n + 1}A`]));
  for (const [n, customer] of customers.entries()) await ticketIssued(customer, ids[n] as string);
  const after = await statements();
  const each = [...after].flatMap(([query, calls]) => {
    const more = (calls - (before.get(query) ?? 0)) / BOOKINGS;
    return more === 0 || NOT_COUNTED.test(query)
      ? []
      : [`${more} ${query.trim().split(/\s+/).slice(0, 3).join(' ')}`];
  });
  expect(each.sort()).toEqual([
    '1 BEGIN',
    '1 COMMIT',
    '1 INSERT INTO "movie"."bookings"',
    '1 INSERT INTO movie.seat_claims',
    '1 INSERT INTO payment.charges',
    '1 WITH booked AS',
    '1 WITH settled AS',
    '1 insert into "boxoffice"."tickets"',
    '1 select "s"."id" as',
    '1 update "movie"."bookings" set',
  ]);
});
