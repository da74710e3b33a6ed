import type { Plant } from './plant';

const CAPTURE = `position = (SELECT position FROM payment.transfers WHERE key = ':booking/charge')`;

/** What was paid for bookings and top-ups. Those of one round do not disturb each other. */
export const IN_THE_BOOKS: readonly Record<string, Plant>[] = [
  {
    'an entry that was changed': {
      on: 'db',
      table: 'payment.entries',
      change: `UPDATE payment.entries SET amount = amount + 1 WHERE ${CAPTURE} AND account = 'provider'`,
      back: `UPDATE payment.entries SET amount = amount - 1 WHERE ${CAPTURE} AND account = 'provider'`,
      named: '(:booking/charge) of 10000 has the entries',
    },
    'a capture that the ledger does not have': {
      on: 'bank',
      table: 'psp.statement',
      change: `INSERT INTO psp.statement (kind, amount, currency, key, charge_id, at)
        VALUES ('capture', 5, 'KRW', 'bkg_stranger/charge', 'ch_stranger', now())`,
      back: `DELETE FROM psp.statement WHERE key = 'bkg_stranger/charge'`,
      named: 'CAPTURE bkg_stranger/charge of 5 at the provider (ch_stranger), booked nothing',
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
        VALUES (':booking/gift', ':booking/charge', 5, 'REFUNDED')`,
      back: `DELETE FROM payment.refunds WHERE key = ':booking/gift'`,
      named: 'refund :booking/gift/1 is REFUNDED over 5, booked nothing',
    },
    'a top-up that was not credited': {
      on: 'db',
      table: 'payment.top_ups',
      change: `INSERT INTO payment.top_ups (id, customer, amount, status) VALUES ('top_x', 'x', 5, 'CREDITED')`,
      back: `DELETE FROM payment.top_ups WHERE id = 'top_x'`,
      named: 'top-up top_x is CREDITED over 5, credited nothing',
    },
    'a booking that failed and was paid all the same': {
      on: 'db',
      table: 'movie.bookings',
      change: `INSERT INTO movie.bookings (id, customer, screening_id, seats, total_price, status, payment_method, failure, answer_by)
        SELECT 'bkg_kept', 'x', screening_id, '{9B}', 10000, 'FAILED', 'deposit', 'conflict', now() FROM movie.bookings
        WHERE id = ':booking';
        INSERT INTO payment.charges (key, id, amount, state, method, income)
        VALUES ('bkg_kept/charge', 'pay_kept', 10000, 'CAPTURED', 'deposit', 'revenue:movie')`,
      back: `DELETE FROM movie.bookings WHERE id = 'bkg_kept'; DELETE FROM payment.charges WHERE key = 'bkg_kept/charge'`,
      named: 'booking bkg_kept is FAILED over 10000, and 10000 is kept',
    },
    'a page that shows something else': {
      on: 'db',
      table: 'views.bookings',
      change: `UPDATE views.bookings SET status = 'CANCELLED' WHERE id = ':booking'`,
      back: `UPDATE views.bookings SET status = 'BOOKED' WHERE id = ':booking'`,
      named: 'booking :booking is shown with status "CANCELLED", told as "BOOKED"',
    },
  },
  {
    'a balance that is off': {
      on: 'db',
      table: 'payment.accounts',
      change: `UPDATE payment.accounts SET balance = balance + 7 WHERE id = 'revenue:movie'`,
      back: `UPDATE payment.accounts SET balance = balance - 7 WHERE id = 'revenue:movie'`,
      named: 'account revenue:movie holds',
    },
    'a capture of another amount': {
      on: 'bank',
      table: 'psp.statement',
      change: `UPDATE psp.statement SET amount = 9999 WHERE key = ':booking/charge'`,
      back: `UPDATE psp.statement SET amount = 10000 WHERE key = ':booking/charge'`,
      named: 'CAPTURE :booking/charge of 9999 at the provider',
    },
    'a charge that nobody finds out about': {
      on: 'db',
      table: 'payment.charges',
      change: `INSERT INTO payment.charges (key, id, amount, state, income, sent_at)
        VALUES ('bkg_lost/charge', 'pay_lost', 5, 'UNKNOWN', 'revenue:movie', now() - interval '61 minutes')`,
      back: `DELETE FROM payment.charges WHERE key = 'bkg_lost/charge'`,
      named: 'bkg_lost/charge is UNKNOWN since',
    },
    'a booking that is not as it was told': {
      on: 'db',
      table: 'movie.bookings',
      change: `UPDATE movie.bookings SET status = 'NO_SHOW' WHERE id = ':booking'`,
      back: `UPDATE movie.bookings SET status = 'BOOKED' WHERE id = ':booking'`,
      named: 'booking :booking has status NO_SHOW, told as BOOKED',
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
        WHERE id = ':booking'`,
      back: `DELETE FROM movie.bookings WHERE id = 'bkg_unpaid'`,
      named: 'booking bkg_unpaid is BOOKED over 10000, and 0 is kept',
    },
  },
  {
    'a transfer that was changed': {
      on: 'db',
      table: 'payment.transfers',
      change: `UPDATE payment.transfers SET reason = 'none' WHERE key = ':booking/charge'`,
      back: `UPDATE payment.transfers SET reason = NULL WHERE key = ':booking/charge'`,
      named: '(:booking/charge) does not follow from the one before',
    },
    'a second capture of one booking': {
      on: 'bank',
      table: 'psp.statement',
      change: `INSERT INTO psp.statement (kind, amount, currency, key, charge_id, at)
        VALUES ('capture', 10000, 'KRW', ':booking/again', 'ch_again', now())`,
      back: `DELETE FROM psp.statement WHERE key = ':booking/again'`,
      named: ':booking was captured 2 times',
    },
    'a refund that is reserved for nothing': {
      on: 'db',
      table: 'payment.charges',
      change: `UPDATE payment.charges SET refunded = 5 WHERE key = ':booking/charge'`,
      back: `UPDATE payment.charges SET refunded = 0 WHERE key = ':booking/charge'`,
      named: 'charge :booking/charge of 10000 has 5 refunded, its refunds are 0',
    },
    'a top-up that failed and was not given back': {
      on: 'db',
      table: 'payment.top_ups',
      change: `UPDATE payment.top_ups SET status = 'FAILED', failure = 'payment-unavailable'`,
      back: `UPDATE payment.top_ups SET status = 'CREDITED', failure = NULL`,
      named: ' is FAILED, and 50000 of its charge is kept',
    },
    'a deposit that is not what was told': {
      on: 'db',
      table: 'payment.accounts',
      change: `UPDATE payment.accounts SET balance = balance + 7 WHERE id LIKE 'deposit:%'`,
      back: `UPDATE payment.accounts SET balance = balance - 7 WHERE id LIKE 'deposit:%'`,
      named: 'holds 40007, told as 40000',
    },
  },
  {
    'a transfer that the provider does not have': {
      on: 'bank',
      table: 'psp.statement',
      change: `UPDATE psp.statement SET key = 'x' || key WHERE key = ':booking/charge'`,
      back: `UPDATE psp.statement SET key = substr(key, 2) WHERE key = 'x:booking/charge'`,
      named: 'CAPTURE :booking/charge of 10000 is booked, and missing at the provider',
    },
  },
  {
    'a provider’s account that its statement does not add up to': {
      on: 'bank',
      table: 'psp.statement',
      change: `UPDATE psp.statement SET amount = amount - 1 WHERE key = ':booking/charge'`,
      back: `UPDATE psp.statement SET amount = amount + 1 WHERE key = ':booking/charge'`,
      named: 'account provider holds',
    },
  },
];
