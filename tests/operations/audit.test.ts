import type { Knex } from 'knex';
import { card, Cinema } from '../cinema';
import type { Customer } from '../customer';
import { startSystem, type System } from '../system';

const DEPOSIT = { method: 'deposit' };

let system: System;
let bookingId: string;
beforeAll(async () => {
  system = await startSystem();
  const customer = await system.customer();
  bookingId = await liveAsCustomersDo(customer);
});
afterAll(() => system.stop());

/** Every kind of movement once. @returns the id of a booking that stands, paid by card */
async function liveAsCustomersDo(customer: Customer): Promise<string> {
  const cinema = await Cinema.open(system);
  const topUp = await customer.post('/v1/deposits/top-ups', { amount: 50_000, payment: card() });
  expect(topUp.status).toBe(201);
  const fromDeposit = await cinema.book(customer, ['1A'], DEPOSIT);
  const cancelled = await cinema.booked(customer, ['1B']);
  for (const id of [fromDeposit.body.id, cancelled])
    expect((await customer.post(`/v1/bookings/${id}/cancel`)).status).toBe(200);
  expect((await cinema.book(customer, ['1C'], DEPOSIT)).status).toBe(201);
  expect((await cinema.book(customer, ['1D'], card('tok_declined'))).status).toBe(402);
  return cinema.booked(customer, ['1E']);
}

const audit = () => system.run('operations/audit.ts', ['--at-rest']);

test('a system that has only done as it should holds', async () => {
  const { code, output } = await audit();
  expect(output).toMatch(/^\d+ hold, 0 broken$/m);
  expect(code).toBe(0);
});

/** Changes what no program may change; undone afterwards. */
async function behindTheTriggers(db: Knex, table: string, change: string): Promise<void> {
  await db.raw(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  await db.raw(change);
  await db.raw(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
}

interface Plant {
  on: 'db' | 'bank';
  table: string;
  change: string;
  back: string;
  named: string;
}

const CAPTURE = `position = (SELECT position FROM payment.transfers WHERE key = ':id/charge')`;
const PLANTS: Record<string, Plant> = {
  'an entry that was changed': {
    on: 'db',
    table: 'payment.entries',
    change: `UPDATE payment.entries SET amount = amount + 1 WHERE ${CAPTURE} AND account = 'provider'`,
    back: `UPDATE payment.entries SET amount = amount - 1 WHERE ${CAPTURE} AND account = 'provider'`,
    named: '(:id/charge) of 10000 has the entries',
  },
  'a balance that is off': {
    on: 'db',
    table: 'payment.accounts',
    change: `UPDATE payment.accounts SET balance = balance + 7 WHERE id = 'revenue:movie'`,
    back: `UPDATE payment.accounts SET balance = balance - 7 WHERE id = 'revenue:movie'`,
    named: 'account revenue:movie holds',
  },
  'a transfer that was changed': {
    on: 'db',
    table: 'payment.transfers',
    change: `UPDATE payment.transfers SET reason = 'none' WHERE key = ':id/charge'`,
    back: `UPDATE payment.transfers SET reason = NULL WHERE key = ':id/charge'`,
    named: '(:id/charge) does not follow from the one before',
  },
  'a transfer that the provider does not have': {
    on: 'bank',
    table: 'psp.statement',
    change: `UPDATE psp.statement SET key = 'x' || key WHERE key = ':id/charge'`,
    back: `UPDATE psp.statement SET key = substr(key, 2) WHERE key = 'x:id/charge'`,
    named: 'CAPTURE :id/charge of 10000 is booked, and missing at the provider',
  },
  'a capture that the ledger does not have': {
    on: 'bank',
    table: 'psp.statement',
    change: `INSERT INTO psp.statement (kind, amount, currency, key, charge_id, at)
      VALUES ('capture', 5, 'KRW', 'bkg_stranger/charge', 'ch_stranger', now())`,
    back: `DELETE FROM psp.statement WHERE key = 'bkg_stranger/charge'`,
    named: 'CAPTURE bkg_stranger/charge of 5 at the provider (ch_stranger), booked nothing',
  },
  'a second capture of one booking': {
    on: 'bank',
    table: 'psp.statement',
    change: `INSERT INTO psp.statement (kind, amount, currency, key, charge_id, at)
      VALUES ('capture', 10000, 'KRW', ':id/again', 'ch_again', now())`,
    back: `DELETE FROM psp.statement WHERE key = ':id/again'`,
    named: ':id was captured 2 times',
  },
  'a capture of another amount': {
    on: 'bank',
    table: 'psp.statement',
    change: `UPDATE psp.statement SET amount = 9999 WHERE key = ':id/charge'`,
    back: `UPDATE psp.statement SET amount = 10000 WHERE key = ':id/charge'`,
    named: 'CAPTURE :id/charge of 9999 at the provider',
  },
  'a charge that nobody booked': {
    on: 'db',
    table: 'payment.charges',
    change: `INSERT INTO payment.charges (key, id, amount, state, method, income)
      VALUES ('bkg_free/charge', 'pay_free', 5, 'CAPTURED', 'deposit', 'revenue:movie')`,
    back: `DELETE FROM payment.charges WHERE key = 'bkg_free/charge'`,
    named: 'charge bkg_free/charge is CAPTURED over 5, booked nothing',
  },
  'a refund that nobody booked': {
    on: 'db',
    table: 'payment.refunds',
    change: `INSERT INTO payment.refunds (key, charge_key, amount, state)
      VALUES (':id/gift', ':id/charge', 5, 'REFUNDED')`,
    back: `DELETE FROM payment.refunds WHERE key = ':id/gift'`,
    named: 'refund :id/gift/1 is REFUNDED over 5, booked nothing',
  },
  'a refund that is reserved for nothing': {
    on: 'db',
    table: 'payment.charges',
    change: `UPDATE payment.charges SET refunded = 5 WHERE key = ':id/charge'`,
    back: `UPDATE payment.charges SET refunded = 0 WHERE key = ':id/charge'`,
    named: 'charge :id/charge of 10000 has 5 refunded, its refunds are 0',
  },
  'a top-up that was not credited': {
    on: 'db',
    table: 'payment.top_ups',
    change: `INSERT INTO payment.top_ups (id, customer, amount, status) VALUES ('top_x', 'x', 5, 'CREDITED')`,
    back: `DELETE FROM payment.top_ups WHERE id = 'top_x'`,
    named: 'top-up top_x is CREDITED over 5, credited nothing',
  },
  'a top-up that failed and was not given back': {
    on: 'db',
    table: 'payment.top_ups',
    change: `UPDATE payment.top_ups SET status = 'FAILED', failure = 'payment-unavailable'`,
    back: `UPDATE payment.top_ups SET status = 'CREDITED', failure = NULL`,
    named: ' is FAILED, and 50000 of its charge is kept',
  },
  'a charge that nobody finds out about': {
    on: 'db',
    table: 'payment.charges',
    change: `INSERT INTO payment.charges (key, id, amount, state, income, sent_at)
      VALUES ('bkg_lost/charge', 'pay_lost', 5, 'UNKNOWN', 'revenue:movie', now() - interval '61 minutes')`,
    back: `DELETE FROM payment.charges WHERE key = 'bkg_lost/charge'`,
    named: 'bkg_lost/charge is UNKNOWN since',
  },
  'a provider’s account that its statement does not add up to': {
    on: 'bank',
    table: 'psp.statement',
    change: `UPDATE psp.statement SET amount = amount - 1 WHERE key = ':id/charge'`,
    back: `UPDATE psp.statement SET amount = amount + 1 WHERE key = ':id/charge'`,
    named: 'account provider holds',
  },
  'a booking that failed and was paid all the same': {
    on: 'db',
    table: 'movie.bookings',
    change: `INSERT INTO movie.bookings (id, customer, screening_id, seats, total_price, status, payment_method, failure, answer_by)
      SELECT 'bkg_kept', 'x', screening_id, '{9B}', 10000, 'FAILED', 'deposit', 'conflict', now() FROM movie.bookings
      WHERE id = ':id';
      INSERT INTO payment.charges (key, id, amount, state, method, income)
      VALUES ('bkg_kept/charge', 'pay_kept', 10000, 'CAPTURED', 'deposit', 'revenue:movie')`,
    back: `DELETE FROM movie.bookings WHERE id = 'bkg_kept'; DELETE FROM payment.charges WHERE key = 'bkg_kept/charge'`,
    named: 'booking bkg_kept is FAILED over 10000, and 10000 is kept',
  },
  'a booking that is not as it was told': {
    on: 'db',
    table: 'movie.bookings',
    change: `UPDATE movie.bookings SET status = 'NO_SHOW' WHERE id = ':id'`,
    back: `UPDATE movie.bookings SET status = 'BOOKED' WHERE id = ':id'`,
    named: 'booking :id is NO_SHOW, told as BOOKED',
  },
  'a deposit that is not what was told': {
    on: 'db',
    table: 'payment.accounts',
    change: `UPDATE payment.accounts SET balance = balance + 7 WHERE id LIKE 'deposit:%'`,
    back: `UPDATE payment.accounts SET balance = balance - 7 WHERE id LIKE 'deposit:%'`,
    named: 'holds 40007, told as 40000',
  },
  'a page that shows something else': {
    on: 'db',
    table: 'views.bookings',
    change: `UPDATE views.bookings SET status = 'CANCELLED' WHERE id = ':id'`,
    back: `UPDATE views.bookings SET status = 'BOOKED' WHERE id = ':id'`,
    named: 'booking :id is shown as CANCELLED, told as BOOKED',
  },
  'a change that a customer was not told of': {
    on: 'db',
    table: 'notification.messages',
    change: `UPDATE notification.messages SET event_id = 'x' || event_id WHERE event = 'payment.topped-up'`,
    back: `UPDATE notification.messages SET event_id = substr(event_id, 2) WHERE event = 'payment.topped-up'`,
    named: 'was not told of payment.topped-up',
  },
  'a booking that nobody paid': {
    on: 'db',
    table: 'movie.bookings',
    change: `INSERT INTO movie.bookings (id, customer, screening_id, seats, total_price, status, payment_method, payment_id, answer_by)
      SELECT 'bkg_unpaid', 'x', screening_id, '{9A}', 10000, 'BOOKED', 'card', 'pay_x', now() FROM movie.bookings
      WHERE id = ':id'`,
    back: `DELETE FROM movie.bookings WHERE id = 'bkg_unpaid'`,
    named: 'booking bkg_unpaid is BOOKED over 10000, and 0 is kept',
  },
};

test.each(Object.entries(PLANTS))('%s is found, and named', async (_, plant) => {
  const { on, table, change, back, named } = plant;
  const here = (text: string) => text.replaceAll(':id', bookingId);
  await behindTheTriggers(system[on], table, here(change));
  const { code, output } = await audit();
  await behindTheTriggers(system[on], table, here(back));
  expect(output).toContain(here(named));
  expect(code).toBe(1);
});

test('nothing of what was planted is left', async () => {
  expect((await audit()).code).toBe(0);
});
