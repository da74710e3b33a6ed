import { added, changed, type Plant, removed } from './plant';

const RENTAL = 'customer, bike_id, status, started_at, start_location, ended_at, end_location';
const BILL = 'rental_id, customer, tariff, status, minutes, fee';
const TARIFF = `'{"firstMinutes": 30, "firstFee": 1000, "stepMinutes": 10, "stepFee": 200, "dayAtMost": 30000}'`;

/** Bills. Each fits the check that it is for, and names whatever else it breaks. */
export const IN_THE_BILLS: Record<string, Plant> = {
  'a rental that is back, and has no bill': added(
    'bike.rentals',
    'rnt_unbilled',
    RENTAL,
    `'x', ':freeBike', 'RETURNED', now(), 'here', now(), 'there'`,
    ['rental rnt_unbilled is back, and has no bill', 'rental rnt_unbilled was never told of'],
  ),
  'a bill of no rental': added(
    'billing.bills',
    'bil_stray',
    BILL,
    `'rnt_none', 'x', ${TARIFF}, 'OPEN', NULL, NULL`,
    ['bill bil_stray is of no rental: rnt_none', 'bill bil_stray was never told of'],
  ),
  'a bill of another customer, assessed before the bike is back': changed(
    'billing.bills',
    `rental_id = ':openRental'`,
    ['(customer, minutes, fee)', `(':rider', NULL, NULL)`, `('x', 1, 1000)`],
    [
      "bill :openBill is x's, its rental :rider's",
      'bill :openBill is over 1000, its rental not back',
      'bill :openBill has fee 1000, told as nothing and minutes 1, told as nothing',
    ],
  ),
  'a fee that the tariff does not say': changed(
    'billing.bills',
    `rental_id = ':otherRental'`,
    ['fee', '1000', '1200'],
    [
      'bill :otherBill is over 1200 for 1 minutes, its rental took 1, which cost 1000',
      'the bill of :otherRental is CLOSED over 1200, and the ledger has 1000 on deposit::rider',
      'bill :otherBill has fee 1200, told as 1000',
    ],
  ),
  'minutes that the rental did not take': changed(
    'billing.bills',
    `rental_id = ':unpaidRental'`,
    ['minutes', '1', '31'],
    [
      'bill :unpaidBill is over 1000 for 31 minutes, its rental took 1, which cost 1000',
      'bill :unpaidBill has minutes 31, told as 1',
    ],
  ),
  'a bill that is paid, and never closed': changed(
    'billing.bills',
    `rental_id = ':rental'`,
    ['status', `'CLOSED'`, `'OPEN'`],
    [
      'rental :rental is back, its bill OPEN and left alone',
      'the bill of :rental is OPEN over 1000, and the ledger has 1000 on deposit::rider',
      'bill :bill has status OPEN, told as CLOSED',
    ],
  ),
};

/** Bills that three services know to be unpaid. */
export const UNPAID: Record<string, Plant> = {
  'an unpaid bill whose customer may rent again': removed(
    'bike.debts',
    `rental_id = ':unpaidRental'`,
    'rental_id, customer',
    `':unpaidRental', ':poor'`,
    'the bill of :unpaidRental stands unpaid in billing and payment alone',
  ),
  'an unpaid bill that no top-up would pay': removed(
    'payment.unpaid_bills',
    `rental_id = ':forgottenRental'`,
    'rental_id, customer, amount',
    `':forgottenRental', ':poor', 1000`,
    'the bill of :forgottenRental stands unpaid in billing and bike alone',
  ),
  'a debt whose bill is not unpaid': changed(
    'billing.bills',
    `rental_id = ':pardonedRental'`,
    ['status', `'UNPAID'`, `'OPEN'`],
    [
      'the bill of :pardonedRental stands unpaid in bike and payment alone',
      'bill :pardonedBill has status OPEN, told as UNPAID',
    ],
  ),
};
