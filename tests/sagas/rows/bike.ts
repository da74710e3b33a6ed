import type { ConversionStatus, ReportStatus } from '../../../workflows/bike/contract';
import type { Besides } from '../scenarios/scenario';
import * as points from '../scenarios/points';
import {
  converting,
  recalling,
  renting,
  returning,
  returningPoor,
  settling,
  toppingUp,
} from '../scenarios/rental';
import { whatever } from '../faults';
import type { RentalEnd } from '../kinds';
import type { Row } from '../sweep';

/** Cancelled while the engine hands the saga from its first step to the next: whether that one begins is open. */
const RENTED_OR_NOT = 'REFUSED or CLOSED';

const TAKEN: Besides = ['claim', 'refuses', 'bike-unavailable'];
const UNHEARD: Besides = ['claim', 'losesAnswer'];
const REFUSED: Besides = ['applyReport', 'refuses', 'bike-unavailable-now'];
const NOT_CREDITED: Besides = ['creditConversion', 'refuses', 'payment-unavailable'];
const CREDITED_UNHEARD: Besides = ['creditConversion', 'losesAnswer'];

export const RENTALS: Row<RentalEnd>[] = [
  [
    renting(),
    'claim',
    {
      refuses: 'REFUSED',
      ...whatever('RENTED'),
      fails: 'REFUSED',
      cancelled: RENTED_OR_NOT,
      cancelledDone: 'CLOSED',
      cancelledLost: 'CLOSED',
    },
    'bike-unavailable',
  ],
  [renting(TAKEN), 'refuseRental', whatever('REFUSED')],
  // What was claimed stands, though nobody heard of it.
  [renting(UNHEARD), 'refuseRental', whatever('RENTED', 'CLOSED')],
  [renting(), 'openBill', whatever('RENTED', 'CLOSED')],

  // Hung past the time by which the customer has an answer, it is too late to be done.
  [
    returning,
    'takeBack',
    { refuses: 'RENTED', ...whatever('CLOSED'), hangs: 'RENTED' },
    'bike-unavailable-now',
  ],
  [returning, 'assess', whatever('CLOSED')],
  [returning, 'payBill', whatever('CLOSED')],
  [returning, 'close', whatever('CLOSED')],
  [recalling, 'takeBack', whatever('CLOSED')],
];

/** Whenever the deposit is raised, the bill is paid. */
const RAISED = { paidIn: 'CLOSED', paidInDone: 'CLOSED' } as const;

export const UNPAID: Row<RentalEnd>[] = [
  [returningPoor, 'assess', RAISED],
  [returningPoor, 'payBill', { ...whatever('UNPAID'), ...RAISED }],
  [returningPoor, 'owe', { ...whatever('UNPAID'), ...RAISED }],
  [returningPoor, 'leaveUnpaid', { ...whatever('UNPAID'), ...RAISED }],
  [settling, 'payBill', { ...whatever('CLOSED'), ...RAISED }],
  [settling, 'oweNoMore', { ...whatever('CLOSED'), ...RAISED }],
  [
    toppingUp,
    'creditTopUp',
    { refuses: 'UNPAID', ...whatever('CLOSED'), hangs: 'UNPAID' },
    'payment-unavailable',
  ],
  [
    converting,
    'creditConversion',
    { refuses: 'UNPAID', ...whatever('CLOSED'), fails: 'UNPAID', hangs: 'UNPAID' },
    'payment-unavailable',
  ],
  [converting, 'converted', { cancelled: 'CLOSED', cancelledDone: 'CLOSED' }],
];

export const REPORTS: Row<ReportStatus>[] = [
  [
    points.reporting(),
    'applyReport',
    { refuses: 'REFUSED', ...whatever('APPLIED'), fails: 'REFUSED', cancelled: 'REFUSED or APPLIED' },
    'bike-unavailable-now',
  ],
  [points.reporting(REFUSED), 'refuseReport', whatever('REFUSED')],
  // What was applied stands, though nobody heard of it.
  [points.reporting(['applyReport', 'losesAnswer']), 'refuseReport', whatever('APPLIED')],
];

export const CONVERSIONS: Row<ConversionStatus>[] = [
  [
    points.converting(),
    'takePoints',
    {
      refuses: 'REFUSED',
      fails: 'REFUSED',
      losesAnswer: 'GIVEN_BACK',
      // Tried again after 2 s, within its 3 s.
      hangs: 'CONVERTED',
      hangsDone: 'CONVERTED',
      cancelled: 'REFUSED or GIVEN_BACK or CONVERTED',
      cancelledDone: 'GIVEN_BACK or CONVERTED',
      cancelledLost: 'GIVEN_BACK',
    },
    'not-enough-points',
  ],
  [
    points.converting(),
    'creditConversion',
    // Only where it was credited and nobody heard of it, the points stay taken.
    { refuses: 'GIVEN_BACK', ...whatever('CONVERTED'), fails: 'GIVEN_BACK', hangs: 'GIVEN_BACK' },
    'payment-unavailable',
  ],
  [points.converting(), 'converted', whatever('CONVERTED')],
  [points.converting(CREDITED_UNHEARD), 'refuseConversion', whatever('CONVERTED')],
  [points.converting(CREDITED_UNHEARD), 'converted', whatever('CONVERTED')],
  [points.converting(['creditConversion', 'fails']), 'refuseConversion', whatever('GIVEN_BACK')],
  [points.converting(NOT_CREDITED), 'givePointsBack', whatever('GIVEN_BACK')],
];
