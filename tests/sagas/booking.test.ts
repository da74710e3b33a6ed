import type { BookingStatus } from '../../workflows/movie/contract';
import { WAYS, type Way } from './faults';
import { type Act, acts, Theatre } from './theatre';

/** A step, what is being done as it goes wrong, and how the booking ends for each way of going wrong. */
interface Row {
  step: string;
  while: string;
  act: Act;
  refusal?: string;
  ends: Partial<Record<Way, BookingStatus>>;
}

/** What an impatient step of another service comes to: tried once, so anything but an answer in time is a no. */
const allOf = (end: BookingStatus, cancelled: BookingStatus) =>
  ({
    fails: end,
    losesAnswer: end,
    hangs: end,
    hangsDone: end,
    cancelled,
    cancelledDone: cancelled,
    cancelledLost: cancelled,
  }) as const;

const ROWS: Row[] = [
  {
    step: 'holdSeats',
    while: 'booking',
    act: acts().book,
    refusal: 'seat-taken',
    ends: { refuses: 'FAILED', ...allOf('FAILED', 'FAILED'), hangs: 'BOOKED', hangsDone: 'BOOKED' },
  },
];

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open();
});
afterAll(() => theatre.close());

const CASES = ROWS.flatMap(({ ends, ...row }) =>
  Object.entries(ends).map(([way, end]) => ({ ...row, way: way as Way, says: WAYS[way as Way].says, end })),
);

test.concurrent.each(CASES)('$while: $step $says → $end', async ({ act, step, way, refusal, end }) => {
  const id = await act(theatre, (id) => theatre.faults.plan(id, step, way, refusal ? { refusal } : {}));
  expect(await theatre.end(id)).toEqual({ status: end, breaches: [] });
});
