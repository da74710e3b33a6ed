import { changed, type Plant } from './plant';

/** What is told of vehicles: things that are not as they were told … */
export const IN_THE_EVENTS: Record<string, Plant> = {
  'a ride that was left elsewhere': changed(
    'kickboard.rides',
    `id = ':returnedRide'`,
    ['end_location', `'판교'`, `'서현'`],
    'ride :returnedRide has endLocation 서현, told as 판교',
  ),
  'a ride that came to nothing': changed(
    'kickboard.rides',
    `id = ':ride'`,
    ['(status, failure)', `('RENTED', NULL)`, `('REFUSED', 'conflict')`],
    [
      'ride :ride came to nothing, and was told of',
      'kickboard :kickboard is RENTED, and the rides none are open on it',
      'pass :pass has 1 of 2 rides left, and 0 were taken',
    ],
  ),
  'a rental that began elsewhere': changed(
    'bike.rentals',
    `id = ':openRental'`,
    ['start_location', `'판교'`, `'서현'`],
    'rental :openRental has startLocation 서현, told as 판교',
  ),
};

/** … pages that show something else … */
export const IN_THE_PAGES: Record<string, Plant> = {
  'a page with a ride too many': changed(
    'views.passes',
    `id = ':pass'`,
    ['rides_left', '1', '2'],
    'pass :pass is shown with rides_left 2, told as 1',
  ),
  'a page with a pass that is none': {
    on: 'db',
    table: 'views.passes',
    change: `INSERT INTO views.passes (id, customer, type, price, status, rides_total, rides_left, payment_method)
      VALUES ('pas_ghost', 'x', '1', 1000, 'AVAILABLE', 1, 1, 'card')`,
    back: `DELETE FROM views.passes WHERE id = 'pas_ghost'`,
    named: 'pass pas_ghost is shown, and was never told of',
  },
  'a page with a ride that is not over': changed(
    'views.rides',
    `id = ':returnedRide'`,
    ['status', `'RETURNED'`, `'RENTED'`],
    'ride :returnedRide is shown with status "RENTED", told as "RETURNED"',
  ),
  'a page with another end of a rental': changed(
    'views.rentals',
    `id = ':rental'`,
    ['end_location', `'판교'`, 'NULL'],
    'rental :rental is shown with end_location null, told as "판교"',
  ),
  'a page with another fee': changed(
    'views.rentals',
    `id = ':otherRental'`,
    ['fee', '1000', '900'],
    'bill :otherBill is shown with fee 900, told as 1000',
  ),
  'a page with a bill that is none': changed(
    'views.rentals',
    `id = ':unpaidRental'`,
    ['bill_id', `':unpaidBill'`, `'bil_ghost'`],
    [
      'bill bil_ghost is shown, and was never told of',
      'bill :unpaidBill is shown with bill_status nothing, told as "UNPAID"',
    ],
  ),
};

const untold = (event: string): Plant => ({
  on: 'db',
  table: 'notification.messages',
  change: `UPDATE notification.messages SET event_id = 'x' || event_id WHERE event = '${event}'`,
  back: `UPDATE notification.messages SET event_id = substr(event_id, 2) WHERE event = '${event}'`,
  named: ` was not told of ${event} (`,
});

/** … and customers who read of something else, or nothing. */
export const IN_THE_INBOX: Record<string, Plant> = {
  'a ride that its customer was not told of': untold('kickboard.rented'),
  'a rental that its customer was not told of': untold('bike.rented'),
  'a bill that its customer was not told of': untold('billing.unpaid'),
  'a bookmark that its host was not told of': untold('course.bookmark-gained'),
  'a return that its customer reads of as something else': changed(
    'notification.messages',
    `customer = ':rider' AND event_id LIKE 'kickboard/%' AND event IN ('kickboard.returned', 'kickboard.missing')`,
    ['event', `'kickboard.returned'`, `'kickboard.missing'`],
    ':rider was told of kickboard.missing (kickboard/',
  ),
};
