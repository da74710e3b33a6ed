import type { OrderStatus } from '../../../workflows/food/contract';
import type { Besides } from '../scenarios/scenario';
import {
  cancelling,
  cancellingInDoubt,
  cancellingWhatIsResumed,
  completing,
  ordering,
  orderingFromDeposit,
  withdrawing,
  withdrawingInDoubt,
} from '../scenarios/food';
import { whatever } from '../faults';
import type { Row } from '../sweep';

/** Cancelled while the engine hands the saga from its first step to the next: whether that one begins is open. */
const TAKEN_OR_NOT = 'REFUSED or CANCELLED';

const DECLINED: Besides = ['pay', 'refuses', 'payment-declined'];
const NOT_TAKEN: Besides = ['takeOrder', 'refuses', 'food-unavailable'];
const UNHEARD: Besides = ['takeOrder', 'losesAnswer'];
const DELIVERED_LATE: Besides = ['delivered', 'refuses', 'food-unavailable'];

export const ROWS: Row<OrderStatus>[] = [
  [
    ordering(),
    'takeOrder',
    {
      refuses: 'REFUSED',
      ...whatever('DELIVERING'),
      fails: 'REFUSED',
      cancelled: TAKEN_OR_NOT,
      cancelledDone: 'CANCELLED',
      cancelledLost: 'CANCELLED',
    },
    'food-unavailable',
  ],
  [ordering(NOT_TAKEN), 'refuseOrder', whatever('REFUSED')],
  // What was taken stands, though nobody heard of it.
  [ordering(UNHEARD), 'refuseOrder', whatever('DELIVERING', 'CANCELLED')],
  [ordering(), 'pay', { refuses: 'CANCELLED', ...whatever('DELIVERING', 'CANCELLED') }, 'payment-declined'],
  [orderingFromDeposit(), 'pay', whatever('DELIVERING', 'CANCELLED')],
  [ordering(), 'paid', whatever('DELIVERING', 'CANCELLED')],
  [ordering(), 'startDelivery', whatever('DELIVERING', 'CANCELLED')],
  [ordering(), 'delivering', whatever('DELIVERING', 'CANCELLED')],
  [ordering(DECLINED), 'cancel', whatever('CANCELLED')],

  [
    cancelling(),
    'refund',
    { refuses: 'DELIVERING', ...whatever('CANCELLED'), fails: 'DELIVERING', hangs: 'DELIVERING' },
    'refund-refused',
  ],
  [cancelling(['refund', 'losesAnswer']), 'settleRefund', whatever('CANCELLED')],
  [cancelling(['refund', 'fails']), 'settleRefund', whatever('DELIVERING', 'CANCELLED')],
  [cancelling(), 'cancel', whatever('CANCELLED')],
  [cancelling(), 'cancelDelivery', whatever('CANCELLED')],

  // Nobody can say now: the order stands, and goes on to be charged.
  [
    cancellingInDoubt('losesAnswer'),
    'dropCharge',
    { refuses: 'DELIVERING', ...whatever('CANCELLED') },
    'refund-unavailable',
  ],
  [
    cancellingInDoubt('fails'),
    'dropCharge',
    { refuses: 'DELIVERING', ...whatever('CANCELLED') },
    'refund-unavailable',
  ],
  [withdrawingInDoubt('losesAnswer'), 'giveBack', whatever('CANCELLED')],
  [withdrawingInDoubt('fails'), 'giveBack', whatever('CANCELLED')],

  [
    completing(),
    'completeDelivery',
    // Who is being served is served: the operator comes too late, unless it comes to nothing.
    { refuses: 'DELIVERING', ...whatever('DELIVERING', 'DELIVERED'), cancelledLost: 'CANCELLED' },
    'delivery-unavailable',
  ],
  // Hung past the time by which the courier has an answer, it is too late to be done.
  [
    completing(),
    'delivered',
    { refuses: 'DELIVERING', ...whatever('DELIVERED'), hangs: 'DELIVERING' },
    'food-unavailable',
  ],
  [completing(DELIVERED_LATE), 'resumeDelivery', whatever('DELIVERING', 'CANCELLED')],

  [
    cancellingWhatIsResumed,
    'resumeDelivery',
    { fails: 'CANCELLED', losesAnswer: 'CANCELLED', hangs: 'CANCELLED', hangsDone: 'CANCELLED' },
  ],

  [withdrawing, 'giveBack', whatever('CANCELLED')],
  [withdrawing, 'cancel', whatever('CANCELLED')],
  [withdrawing, 'cancelDelivery', whatever('CANCELLED')],
];
