import type { BookingStatus } from '../../workflows/movie/contract';
import { type Act, booking, cancelling, collecting, seeingItEnd, withdrawing } from './acts';
import { WAYS, type Way, whatever } from './faults';
import { Theatre } from './theatre';

/** What is done, the step that goes wrong meanwhile, and how the booking ends for each way of going wrong. */
type Row = [act: Act, step: string, ends: Partial<Record<Way, End>>, refusal?: string];
type End = BookingStatus | typeof EITHER;

/** Cancelled while the engine hands the saga from its first step to the next: whether that one begins is open. */
const EITHER = 'FAILED or CANCELLED';

const REFUSED_LATE = ['confirm', 'refuses', 'movie-unavailable'] as const;
const COLLECTED_LATE = ['collect', 'refuses', 'movie-unavailable'] as const;

const ROWS: Row[] = [
  [
    booking(),
    'holdSeats',
    {
      refuses: 'FAILED',
      ...whatever('FAILED'),
      // Tried again after 2 s, within its 3 s.
      hangs: 'BOOKED',
      hangsDone: 'BOOKED',
      cancelled: EITHER,
      cancelledDone: EITHER,
    },
    'seat-taken',
  ],
  [
    booking(),
    'charge',
    { refuses: 'FAILED', ...whatever('FAILED', 'CANCELLED'), cancelledLost: 'FAILED' },
    'payment-declined',
  ],
  // Hung past the time by which the customer has an answer, it is too late to be done.
  [
    booking(),
    'confirm',
    { refuses: 'FAILED', ...whatever('BOOKED', 'CANCELLED'), hangs: 'FAILED' },
    'movie-unavailable',
  ],
  [booking(), 'issueTicket', whatever('BOOKED', 'CANCELLED')],
  [booking(), 'ticketIssued', whatever('BOOKED', 'CANCELLED')],
  [booking([...REFUSED_LATE]), 'freeSeats', whatever('FAILED')],
  [booking([...REFUSED_LATE]), 'giveBack', whatever('FAILED')],

  [
    cancelling(),
    'refund',
    { refuses: 'BOOKED', ...whatever('CANCELLED'), fails: 'BOOKED', hangs: 'BOOKED' },
    'refund-refused',
  ],
  [cancelling(['refund', 'losesAnswer']), 'settleRefund', whatever('CANCELLED')],
  [cancelling(['refund', 'fails']), 'settleRefund', whatever('BOOKED', 'CANCELLED')],
  [cancelling(), 'cancel', whatever('CANCELLED')],
  [cancelling(), 'voidTicket', whatever('CANCELLED')],

  [
    collecting(),
    'handTicketOut',
    // Who is being served is served: the operator comes too late, unless it comes to nothing.
    { refuses: 'BOOKED', ...whatever('BOOKED', 'COLLECTED'), cancelledLost: 'CANCELLED' },
    'ticket-not-issued',
  ],
  [
    collecting(),
    'collect',
    { refuses: 'BOOKED', ...whatever('COLLECTED'), hangs: 'BOOKED' },
    'movie-unavailable',
  ],
  [collecting([...COLLECTED_LATE]), 'takeTicketBack', whatever('BOOKED', 'CANCELLED')],

  [withdrawing, 'giveBack', whatever('CANCELLED')],
  [withdrawing, 'cancel', whatever('CANCELLED')],
  [withdrawing, 'voidTicket', whatever('CANCELLED')],
  [seeingItEnd, 'noShow', whatever('NO_SHOW')],
];

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(() => theatre.close());

const CASES = ROWS.flatMap(([act, step, ends, refusal]) =>
  Object.entries(ends).map(([way, end]) => ({ act, doing: act.name, step, refusal, way: way as Way, end })),
).map((row) => ({ ...row, says: WAYS[row.way].says }));

test.concurrent.each(CASES)('$doing: $step $says → $end', async ({ act, step, way, refusal, end }) => {
  const { id, answer } = await act.play(theatre, (id) => theatre.faults.plan(id, step, way, refusal));
  const { status, breaches } = await theatre.end(id);
  expect(breaches).toEqual([]);
  expect(end.split(' or ')).toContain(status);

  const mayCancelAfterwards = way.startsWith('cancelled');
  if (answer === 'done') expect(act.means).toContain(status);
  else if (answer !== undefined && !mayCancelAfterwards) expect(act.means).not.toContain(status);
});
