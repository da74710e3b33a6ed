import { z } from 'zod';
import { BILL } from '../../workflows/billing/contract';
import { type Entry, count, described, shape, text, won } from '../../events/shape';

export const Bill = shape('Bill', 'the bill', {
  rentalId: text('What it is for'),
  status: z.enum(BILL.statuses),
  minutes: count('Every started one of the rental').nullable(),
  fee: won('The rental').nullable(),
  tariff: described(
    z.strictObject({
      firstMinutes: count('Of the first price'),
      firstFee: won('The first minutes'),
      stepMinutes: count('Of a step'),
      stepFee: won('Each started step after them'),
      dayAtMost: won('24 hours at most'),
    }),
    'As it was when the bike was rented',
  ),
});
export type Bill = z.infer<typeof Bill>;

/** What billing tells, by name: docs/events.md. */
export const EVENTS = {
  'billing.opened': { version: 1, what: 'A rental has a bill', data: Bill },
  'billing.assessed': { version: 1, what: 'It is known what a rental costs', data: Bill },
  'billing.unpaid': { version: 1, what: 'The deposit holds too little for a bill', data: Bill },
  'billing.closed': { version: 1, what: 'A bill is paid', data: Bill },
} as const satisfies Record<string, Entry>;
