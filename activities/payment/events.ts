import { z } from 'zod';
import { type Entry, count, shape, text, won } from '../../events/shape';

const reference = text('Id of the booking, order … that it is about');

const Charge = shape('Charge', 'the charge', {
  state: z.enum(['SENT', 'CAPTURED', 'DECLINED', 'UNKNOWN', 'NOT_CAPTURED', 'VOID']),
  reference,
  amount: won('The charge').nullable(),
  method: z.enum(['card', 'deposit']),
});

const Refund = shape('Refund', 'the refund, by its key', {
  state: z.enum([
    'SENT',
    'REFUNDED',
    'REFUSED',
    'UNKNOWN',
    'NOT_REFUNDED',
    'FAILED',
    'SETTLED',
    'WRITTEN_OFF',
  ]),
  reference,
  amount: won('The refund'),
});

export const DepositMoved = shape('Movement', 'the transfer', {
  kind: z.enum(['PURCHASE', 'PURCHASE_REFUND', 'TOP_UP', 'SETTLEMENT', 'WRITE_OFF', 'BILL', 'CONVERSION']),
  reference,
  amount: won('Negative for what went out'),
  balance: won('After it'),
  number: count('Of two movements on a deposit the higher is the later'),
});
export type DepositMoved = z.infer<typeof DepositMoved>;

const credit = (title: string, about: string) =>
  shape(title, `the ${about}`, {
    status: z.enum(['CREDITED', 'FAILED']),
    amount: won(`The ${about}`),
    failure: text('Why it came to nothing').nullable(),
  });
const TopUp = credit('Top-up', 'top-up');
const PointCredit = credit('Credit of points', 'conversion');

const Stuck = shape('Stuck money', 'the entry in the list of operators', {
  state: z.enum(['NEEDS_OPERATOR', 'DONE', 'SETTLED', 'WRITTEN_OFF']),
  kind: z.enum([
    'UNDO',
    'LATE_CAPTURE',
    'LATE_REFUND',
    'REFUND_IN_DOUBT',
    'MISMATCH',
    'STEP',
    'REFUND_FAILED',
    'DISPUTE',
  ]),
  reference,
  amount: won('At stake'),
  error: text('What the last try met'),
});

/** What payment tells, by name: docs/events.md. */
export const EVENTS = {
  'payment.charge-sent': { version: 1, what: 'The provider is asked for a charge', data: Charge },
  'payment.captured': { version: 1, what: 'A charge was taken', data: Charge },
  'payment.declined': { version: 1, what: 'A charge was declined', data: Charge },
  'payment.charge-in-doubt': {
    version: 1,
    what: 'Nobody knows yet whether a charge was taken',
    data: Charge,
  },
  'payment.not-captured': { version: 1, what: 'A charge in doubt turned out not to be taken', data: Charge },
  'payment.charge-closed': { version: 1, what: 'A charge that was not taken never will be', data: Charge },
  'payment.charge-recorded': {
    version: 1,
    what: 'A charge from before events, as it was then',
    data: Charge,
  },
  'payment.refund-sent': { version: 1, what: 'The provider is asked for a refund', data: Refund },
  'payment.refunded': { version: 1, what: 'Money went back', data: Refund },
  'payment.refund-refused': { version: 1, what: 'The provider refused a refund', data: Refund },
  'payment.refund-failed': {
    version: 1,
    what: 'A refund failed at the provider after it was made',
    data: Refund,
  },
  'payment.refund-in-doubt': { version: 1, what: 'Nobody knows yet whether money went back', data: Refund },
  'payment.not-refunded': { version: 1, what: 'A refund in doubt turned out not to be made', data: Refund },
  'payment.refund-settled': { version: 1, what: 'An operator settled a refund by hand', data: Refund },
  'payment.refund-written-off': { version: 1, what: 'An operator wrote a refund off', data: Refund },
  'payment.refund-recorded': {
    version: 1,
    what: 'A refund from before events, as it was then',
    data: Refund,
  },
  'payment.deposit-moved': { version: 1, what: 'A deposit changed', data: DepositMoved },
  'payment.deposit-recorded': { version: 1, what: 'A movement from before events', data: DepositMoved },
  'payment.topped-up': { version: 1, what: 'A top-up was credited', data: TopUp },
  'payment.top-up-refused': { version: 1, what: 'A top-up came to nothing', data: TopUp },
  'payment.points-credited': { version: 1, what: 'Points were credited as money', data: PointCredit },
  'payment.points-refused': { version: 1, what: 'Points were not credited', data: PointCredit },
  'payment.needs-operator': { version: 1, what: 'Money is stuck until an operator decides', data: Stuck },
  'payment.operator-done': { version: 1, what: 'Money that was stuck is settled', data: Stuck },
} as const satisfies Record<string, Entry>;
