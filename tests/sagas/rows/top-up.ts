import type { TopUpStatus } from '../../../workflows/payment/contract';
import type { Besides } from '../scenarios/scenario';
import { toppingUp } from '../scenarios/top-up';
import { whatever } from '../faults';
import type { Row } from '../sweep';

/** A matter of moments: both are lawful. So it is where the saga is cancelled on its way from one step to the next. */
const EITHER = 'FAILED or CREDITED';

const CREDITED_LATE: Besides = ['creditTopUp', 'refuses', 'payment-unavailable'];

export const ROWS: Row<TopUpStatus>[] = [
  [
    toppingUp(),
    'charge',
    {
      refuses: 'FAILED',
      fails: 'FAILED',
      losesAnswer: 'FAILED',
      // Tried again after 2 s, it stands under its key, if a busy machine gets to it within 3 s.
      hangs: EITHER,
      hangsDone: EITHER,
      cancelled: EITHER,
      cancelledDone: EITHER,
      cancelledLost: 'FAILED',
    },
    'payment-declined',
  ],
  // Hung past the time by which the customer has an answer, it is too late to be done.
  [
    toppingUp(),
    'creditTopUp',
    { refuses: 'FAILED', ...whatever('CREDITED'), hangs: 'FAILED' },
    'payment-unavailable',
  ],
  [toppingUp(CREDITED_LATE), 'failTopUp', whatever('FAILED')],
  [toppingUp(CREDITED_LATE), 'giveBack', whatever('FAILED')],
];
