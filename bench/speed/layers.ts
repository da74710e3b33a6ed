import { Client, Connection } from '@temporalio/client';
import type { StartedCheckout } from '../../scripts/checkout';
import { Bookings } from '../bookings';
import { median, round } from '../figures';
import type { Cost } from '../turns';

const BOOKINGS = 30;
const WARM_UP = 10;

/** The parts of a booking, in order; each ends with a moment of its history, or with the answer. */
const LAYERS = [
  'API: request to start',
  'first task: waits for a worker',
  'first task: holds the seats',
  'charge: waits for a worker',
  'charge: its row, the provider, the ledger',
  'second task: waits for a worker',
  'second task: confirms',
  'API: the answer',
] as const;

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

/** Where the time of one booking alone goes: milliseconds by layer, medians, from its own history. */
export async function layersOf({ env }: StartedCheckout): Promise<Cost> {
  const connection = await Connection.connect({ address: env.TEMPORAL_ADDRESS ?? '' });
  const { workflow } = new Client({ connection });
  try {
    const bookings = await Bookings.open(`http://127.0.0.1:${env.PORT}`);
    const book = await bookings.customer();
    const all: number[][] = [];
    for (let n = 0; n < WARM_UP + BOOKINGS; n++) {
      const asked = now();
      const status = await book();
      const answered = now();
      if (status !== 201) throw new Error(`a booking alone was answered ${status}`);
      if (n < WARM_UP) continue;
      const { events } = await workflow.getHandle(bookings.latest).fetchHistory();
      all.push([asked, ...momentsOf(events ?? []), answered]);
    }
    return Object.fromEntries(
      LAYERS.map((layer, at) => [
        layer,
        median(all.map((moments) => round((moments[at + 1] ?? NaN) - (moments[at] ?? NaN)))),
      ]),
    );
  } finally {
    await connection.close();
  }
}

/** Epoch milliseconds at which each layer but the last ended. */
function momentsOf(events: readonly HistoryEvent[]): number[] {
  const tasks = (of: 'workflowTaskStartedEventAttributes' | 'workflowTaskCompletedEventAttributes') =>
    events.filter((event) => event[of]);
  const [started, charge, charged] = [
    events.find((event) => event.workflowExecutionStartedEventAttributes),
    events.find((event) => event.activityTaskStartedEventAttributes),
    events.find((event) => event.activityTaskCompletedEventAttributes),
  ];
  const [firstBegun, secondBegun] = tasks('workflowTaskStartedEventAttributes');
  const [firstDone, secondDone] = tasks('workflowTaskCompletedEventAttributes');
  return [started, firstBegun, firstDone, charge, charged, secondBegun, secondDone].map(momentOf);
}

const momentOf = (event: HistoryEvent | undefined): number =>
  Number(event?.eventTime?.seconds ?? NaN) * 1_000 + (event?.eventTime?.nanos ?? 0) / 1e6;

const now = () => performance.timeOrigin + performance.now();
