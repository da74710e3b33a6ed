import type { PassStatus, RideStatus } from '../../../workflows/kickboard/contract';
import type { Besides } from '../scenarios/scenario';
import { buying, buyingFromDeposit, losing, recalling, returning, riding } from '../scenarios/kickboard';
import { whatever } from '../faults';
import type { Row } from '../sweep';

/** Cancelled while the engine hands the saga from its first step to the next: whether that one begins is open. */
const BOUGHT_OR_NOT = 'FAILED or AVAILABLE';
const RIDDEN_OR_NOT = 'REFUSED or RETURNED';

const CONFIRMED_LATE: Besides = ['confirmPass', 'refuses', 'kickboard-unavailable-now'];
const TAKEN: Besides = ['claim', 'refuses', 'kickboard-unavailable'];
const UNHEARD: Besides = ['claim', 'losesAnswer'];

export const PASSES: Row<PassStatus>[] = [
  [
    buying(),
    'openPass',
    {
      refuses: 'FAILED',
      ...whatever('FAILED'),
      // Tried again after 2 s, within its 3 s.
      hangs: 'AVAILABLE',
      hangsDone: 'AVAILABLE',
      cancelled: BOUGHT_OR_NOT,
      cancelledDone: BOUGHT_OR_NOT,
    },
    'kickboard-unavailable-now',
  ],
  [
    buying(),
    'charge',
    { refuses: 'FAILED', ...whatever('FAILED', 'AVAILABLE'), cancelledLost: 'FAILED' },
    'payment-declined',
  ],
  // Hung past the time by which the customer has an answer, it is too late to be done.
  [
    buying(),
    'confirmPass',
    { refuses: 'FAILED', ...whatever('AVAILABLE'), hangs: 'FAILED' },
    'kickboard-unavailable-now',
  ],
  [buying(CONFIRMED_LATE), 'failPass', whatever('FAILED')],
  [buying(CONFIRMED_LATE), 'giveBack', whatever('FAILED')],
  [
    buyingFromDeposit(),
    'charge',
    { refuses: 'FAILED', ...whatever('FAILED', 'AVAILABLE'), cancelledLost: 'FAILED' },
    'payment-declined',
  ],
  [buyingFromDeposit(CONFIRMED_LATE), 'giveBack', whatever('FAILED')],
];

export const RIDES: Row<RideStatus>[] = [
  [
    riding(),
    'claim',
    {
      refuses: 'REFUSED',
      ...whatever('RENTED'),
      fails: 'REFUSED',
      cancelled: RIDDEN_OR_NOT,
      cancelledDone: 'RETURNED',
      cancelledLost: 'RETURNED',
    },
    'kickboard-unavailable',
  ],
  [riding(TAKEN), 'refuseRide', whatever('REFUSED')],
  // What was claimed stands, though nobody heard of it.
  [riding(UNHEARD), 'refuseRide', whatever('RENTED', 'RETURNED')],
  // Hung past the time by which the customer has an answer, it is too late to be done.
  [
    returning(),
    'takeBack',
    { refuses: 'RENTED', ...whatever('RETURNED'), hangs: 'RENTED' },
    'kickboard-unavailable-now',
  ],
  [losing, 'remind', whatever('RENTED', 'RETURNED')],
  [losing, 'miss', whatever('RENTED', 'RETURNED')],
  [recalling, 'takeBack', whatever('RETURNED')],
];
