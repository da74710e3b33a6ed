import { added, changed, type Plant } from './plant';

const PASS =
  'customer, type, price, rides_total, rides_left, payment_method, answer_by, status, payment_id, failure';
const pass = (id: string, status: string, failure: string, ...named: string[]) =>
  added(
    'kickboard.passes',
    id,
    PASS,
    `'x', '1', 1000, 1, 1, 'card', now(), '${status}', 'pay_x', ${failure}`,
    [`pass ${id} was never told of`, ...named],
  );

/** Passes and vehicles. */
export const IN_THE_STREET: Record<string, Plant> = {
  'a pass that nobody paid': pass(
    'pas_unpaid',
    'AVAILABLE',
    'NULL',
    'pass pas_unpaid is AVAILABLE over 1000, and 0 is kept',
  ),
  'a pass that nobody sells any more': pass(
    'pas_left',
    'READY_FOR_PAY',
    'NULL',
    'pass pas_left is READY_FOR_PAY',
  ),
  'a pass that failed and was paid all the same': changed(
    'kickboard.passes',
    `id = ':usedPass'`,
    ['(status, rides_left, failure)', `('USED', 0, NULL)`, `('FAILED', 1, 'conflict')`],
    [
      'pass :usedPass is FAILED over 1000, and 1000 is kept',
      'pass :usedPass has 1 of 1 rides left, and 1 were taken',
      'pass :usedPass has status FAILED, told as USED and failure conflict, told as nothing and ridesLeft 1, told as 0',
    ],
  ),
  'a pass with a ride too many': changed(
    'kickboard.passes',
    `id = ':pass'`,
    ['rides_left', '1', '2'],
    ['pass :pass has 2 of 2 rides left, and 1 were taken', 'pass :pass has ridesLeft 2, told as 1'],
  ),
  'a kickboard that is missing, though nobody has it': changed(
    'kickboard.kickboards',
    `id = ':freeKickboard'`,
    ['status', `'RETURNED'`, `'MISSING'`],
    'kickboard :freeKickboard is MISSING, and the rides none are open on it',
  ),
  'a kickboard that is free, though somebody has it': changed(
    'kickboard.kickboards',
    `id = ':kickboard'`,
    ['status', `'RENTED'`, `'RETURNED'`],
    'kickboard :kickboard is RETURNED, and the rides :ride are open on it',
  ),
  'a bike that is in use, though nobody has it': changed(
    'bike.bikes',
    `id = ':freeBike'`,
    ['status', `'AVAILABLE'`, `'IN_USE'`],
    'bike :freeBike is IN_USE, and the rentals none are open on it',
  ),
  'a bike that is free, though somebody has it': changed(
    'bike.bikes',
    `id = ':bike'`,
    ['status', `'IN_USE'`, `'AVAILABLE'`],
    'bike :bike is AVAILABLE, and the rentals :openRental are open on it',
  ),
};
