import { copy, set, sql, without } from '../change';
import type { Breaches } from './table';

const pass = (id: string, values: Parameters<typeof set>[2]) => set('kickboard.passes', { id }, values);
const kickboard = (id: string, values: Parameters<typeof set>[2]) =>
  set('kickboard.kickboards', { id }, values);

export const KICKBOARDS: Breaches = {
  'pass-paid': {
    'a pass stands unpaid': ['pas_unpaid', copy('kickboard.passes', { id: ':pass' }, { id: 'pas_unpaid' })],
    'a pass stays unpaid': [
      'pas_left',
      copy('kickboard.passes', { id: ':pass' }, { id: 'pas_left', status: 'READY_FOR_PAY' }),
    ],
    'a pass failed, and its money stayed': [
      ':usedPass',
      pass(':usedPass', { status: 'FAILED', rides_left: 1, failure: 'conflict' }),
    ],
    'a pass stands, and its money went back': [
      ':unusedPass',
      set('payment.charges', { key: ':unusedPass/charge' }, { refunded: sql('amount') }),
    ],
  },
  'pass-charge-settled': {
    'a charge stays in doubt': [
      ':unusedPass',
      set('payment.charges', { key: ':unusedPass/charge' }, { state: 'UNKNOWN' }),
    ],
  },
  'pass-payment': {
    'another charge paid for a pass': [':unusedPass', pass(':unusedPass', { payment_id: 'pay_other' })],
  },
  'pass-one-ride': {
    'two rides are open on a pass': [
      ':pass',
      without(
        'kickboard.rides',
        'one_open_ride_per_pass',
        copy('kickboard.rides', { id: ':ride' }, { id: 'rid_second', kickboard_id: ':unusedKickboard' }),
      ),
    ],
    'a ride is on the pass of another customer': [
      ':usedPass',
      set('kickboard.rides', { id: ':returnedRide' }, { customer: 'x' }),
    ],
    'a ride is on a pass that failed': [
      ':failedPass',
      set('kickboard.rides', { id: ':returnedRide' }, { pass_id: ':failedPass' }),
    ],
  },
  'pass-rides-left': {
    'a pass has a ride too many': [':pass', pass(':pass', { rides_left: 2 })],
    'a pass is used, and no ride was taken': [
      ':unusedPass',
      pass(':unusedPass', { status: 'USED', rides_left: 0 }),
    ],
  },
  'pass-used-told': {
    'a ride that a pass paid for is not told of': [':pass', pass(':pass', { rides_left: 2 })],
  },
  'ride-kickboard': {
    'a kickboard is free under its rider': [':ride', kickboard(':kickboard', { status: 'RETURNED' })],
    'a kickboard is missing, and its ride is not': [':ride', kickboard(':kickboard', { status: 'MISSING' })],
    'a kickboard is not where it was left': [
      ':returnedRide',
      kickboard(':freeKickboard', { location: '서현' }),
    ],
  },
  'kickboard-one-rider': {
    'a kickboard is missing, and no ride is open on it': [
      ':freeKickboard',
      kickboard(':freeKickboard', { status: 'MISSING' }),
    ],
    'a kickboard is rented, and no ride is open on it': [
      ':unusedKickboard',
      kickboard(':unusedKickboard', { status: 'RENTED' }),
    ],
    'a kickboard is free, and a ride is open on it': [
      ':kickboard',
      kickboard(':kickboard', { status: 'RETURNED' }),
    ],
    'two rides are open on a kickboard': [
      ':kickboard',
      without(
        'kickboard.rides',
        'one_open_ride_per_kickboard',
        copy('kickboard.rides', { id: ':ride' }, { id: 'rid_other', pass_id: ':unusedPass' }),
      ),
    ],
  },
  'kickboard-removed-is-in': {
    'a kickboard is removed under its rider': [
      ':kickboard',
      without('kickboard.kickboards', 'rented_stays', kickboard(':kickboard', { removed_at: sql('now()') })),
    ],
  },
};
