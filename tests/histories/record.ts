import type { History } from '@temporalio/common/lib/proto-utils';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DeliveryRepository } from '../../activities/delivery/repository';
import { until } from '../../engine/wait';
import { ROOT } from '../../root';
import { courierAnswered } from '../../workflows/delivery/messages';
import { decide } from '../../workflows/payment/messages';
import type { Act } from '../sagas/acts/act';
import * as food from '../sagas/acts/food';
import * as kickboard from '../sagas/acts/kickboard';
import * as points from '../sagas/acts/points';
import * as rental from '../sagas/acts/rental';
import { type Desk, orderFor, topUpFor } from '../sagas/desk';
import { mealFor } from '../sagas/meals';
import { Theatre } from '../sagas/theatre';
import { TimeLapse } from '../deadlines/time-lapse';
import stand from '../global-setup';
import standDown from '../global-teardown';

/** A life to be told again by every later version of the workflows. @returns the workflow's id */
type Life = (theatre: Theatre) => Promise<string>;

const refused =
  (token: string): Life =>
  async ({ stage, desk }) => {
    const order = orderFor(await stage.screening(), { token });
    await desk.book(order);
    return order.id;
  };

const toppedUp =
  (token?: string): Life =>
  async ({ desk }) => {
    const order = topUpFor({ token });
    await desk.topUp(order);
    return order.id;
  };

const played =
  (act: Act): Life =>
  async (theatre) =>
    (await act.play(theatre, { on: () => undefined, patienceMs: 30_000 })).id;

const LIVES: Record<string, Life> = {
  collected: async (theatre) => {
    const id = await theatre.booked();
    await theatre.desk.collect(id);
    return id;
  },
  cancelled: async (theatre) => {
    const id = await theatre.booked();
    await theatre.desk.cancel(id);
    return id;
  },
  withdrawn: async (theatre) => {
    const id = await theatre.booked();
    await theatre.desk.workflow(id).cancel();
    return id;
  },
  'no-show': (theatre) => theatre.booked({ startsInMs: 4_000, lastsMs: 500 }),
  declined: refused('tok_declined'),
  'payment-unknown': refused('tok_lost'),
  'refund-unknown': async (theatre) => {
    const id = await theatre.booked();
    theatre.faults.plan(id, 'refund', 'losesAnswer');
    await theatre.desk.cancel(id);
    return id;
  },
  'collect-undone': async (theatre) => {
    const id = await theatre.booked();
    theatre.faults.plan(id, 'collect', 'refuses', 'movie-unavailable');
    await theatre.desk.collect(id);
    await theatre.desk.cancel(id);
    return id;
  },
  // The second of its runs: the first is too long to keep.
  'continued-as-new': async (theatre) => {
    const id = await theatre.booked();
    theatre.faults.plan(id, 'handTicketOut', 'keepsFailing');
    const run = async () => (await theatre.desk.workflow(id).describe()).runId;
    const first = await run();
    while ((await run()) === first) await theatre.desk.collect(id);
    theatre.faults.mend(id, 'handTicketOut');
    await theatre.desk.collect(id);
    return id;
  },
  'topped-up': toppedUp(),
  'top-up-refused': toppedUp('tok_lost'),
  'parked-then-written-off': async ({ stage, desk, faults }) => {
    const order = orderFor(await stage.screening(), { token: 'tok_norefund' });
    faults.plan(order.id, 'confirm', 'refuses', 'movie-unavailable');
    await desk.book(order);
    const about = `${order.id}/undo`;
    const parked = { key: about, state: 'NEEDS_OPERATOR' };
    const isParked = async () =>
      (await stage.db('payment.parked').where(parked).first<object | undefined>()) !== undefined;
    if (!(await until(isParked, { withinMs: 30_000 }))) throw new Error('not parked');
    const decision = { action: 'write-off', reason: 'recorded', by: 'yuna', key: 'recorded' } as const;
    const answerBy = Date.now() + 5_000;
    await desk.workflow(order.id).executeUpdate(decide, { args: [{ about, ...decision, answerBy }] });
    return order.id;
  },
  'pass-bought': played(kickboard.buying()),
  'pass-declined': played(kickboard.buying(['charge', 'refuses', 'payment-declined'])),
  'pass-given-back': played(kickboard.buying(['confirmPass', 'refuses', 'kickboard-unavailable-now'])),
  'ride-refused': played(kickboard.riding(['claim', 'refuses', 'kickboard-unavailable'])),
  'ride-returned': played(kickboard.returning()),
  'ride-recalled': played(kickboard.recalling),
  'rental-refused': played(rental.renting(['claim', 'refuses', 'bike-unavailable'])),
  'rental-closed': played(rental.returning),
  'rental-recalled': played(rental.recalling),
  'rental-unpaid-then-settled': played(rental.settling),
  'report-applied': played(points.reporting()),
  'report-refused': played(points.reporting(['applyReport', 'refuses', 'bike-unavailable'])),
  'order-delivered': played(food.completing()),
  'order-cancelled': played(food.cancelling()),
  'order-withdrawn': played(food.withdrawing),
  'order-declined': played(food.ordering(['pay', 'refuses', 'payment-declined'])),
  'order-cancelled-in-doubt': played(food.cancellingInDoubt('losesAnswer')),
  'order-resumed-then-cancelled': async (theatre) => {
    const delivered = ['delivered', 'refuses', 'food-unavailable'] as const;
    const { id } = await food
      .completing([...delivered])
      .play(theatre, { on: () => undefined, patienceMs: 30_000 });
    await theatre.desk.cancel(id);
    return id;
  },
  // Of the search for a courier: the first declines, the next accepts.
  'courier-found': async ({ stage, desk }) => {
    const couriers = new DeliveryRepository(stage.db);
    const isWith = (id: string, courier: string) =>
      until(async () => (await stage.db('delivery.deliveries').where({ id, courier })).length === 1, {
        withinMs: 30_000,
      });
    for (const courier of ['dana', 'jun']) await couriers.setDuty(courier, true);
    const { deliveryId, ...order } = mealFor({ answerBy: Date.now() + 30_000 });
    await desk.order({ deliveryId, ...order });
    if (!(await isWith(deliveryId, 'dana'))) throw new Error('not offered');
    await couriers.decline(deliveryId, 'dana');
    await desk.workflow(deliveryId).signal(courierAnswered);
    if (!(await isWith(deliveryId, 'jun'))) throw new Error('not offered to the next');
    await couriers.accept(deliveryId, 'jun');
    await desk.workflow(deliveryId).signal(courierAnswered);
    for (const courier of ['dana', 'jun']) await couriers.setDuty(courier, false);
    return deliveryId;
  },
  'points-converted': played(points.converting()),
  'points-given-back': played(points.converting(['creditConversion', 'fails'])),
};

/** Lives that take longer than anybody waits. */
const LONG_LIVES: Record<string, (time: TimeLapse) => Promise<string>> = {
  'ride-missing-then-returned': async (time) => {
    const id = await time.ride();
    for (const [hours, what] of [
      [1, 'rented,due'],
      [24, 'rented,due,missing'],
    ] as const) {
      await time.passes(hours * 3_600_000);
      if (!(await until(async () => (await time.told(id)) === what, { withinMs: 15_000 })))
        throw new Error(`not ${what}`);
    }
    await time.desk.bringBack(id, '판교');
    return id;
  },
};

/**
 * `npm run histories:record -- name…`. For new lives; and for all, when none is named, once no workflow that began
 * before a change can still run: until then the old recordings are the test that the change is bridged (`patched`).
 */
async function main(): Promise<void> {
  await stand();
  const theatre = await Theatre.open({ OPERATOR_AFTER_SECONDS: '2' });
  const time = await TimeLapse.open();
  const named = new Set(process.argv.slice(2));
  const wanted = <L>(lives: Record<string, L>) =>
    Object.entries(lives).filter(([name]) => named.size === 0 || named.has(name));
  try {
    for (const [name, life] of wanted(LIVES)) await keep(name, theatre.desk, await life(theatre));
    for (const [name, life] of wanted(LONG_LIVES)) await keep(name, time.desk, await life(time));
  } finally {
    await theatre.close();
    await time.close();
    await standDown();
  }
}

async function keep(name: string, desk: Desk, id: string): Promise<void> {
  const over = async () => (await desk.workflow(id).describe()).status.name === 'COMPLETED';
  if (!(await until(over, { withinMs: 60_000 }))) throw new Error(`${name} does not end`);
  const events = eventsOf(await desk.workflow(id).fetchHistory());
  await writeFile(join(ROOT, 'tests', 'histories', `${name}.json`), anonymous(inLines(events)));
  console.log(`${name}: ${events.length} events`);
}

/** Enums and 64-bit numbers as numbers, bytes in base64: what a replaying worker takes as it is. */
function eventsOf(history: History): object[] {
  const message = history.constructor as unknown as {
    toObject: (of: History, how: object) => { events: object[] };
  };
  return message.toObject(history, { longs: Number, bytes: String }).events;
}

/** An event a line, so that a change can be read; where this machine keeps its files is nobody's business. */
function inLines(events: object[]): string {
  const line = (event: object) =>
    JSON.stringify(event, (key, value: unknown) => (key === 'stackTrace' ? undefined : value));
  return `{ "events": [\n${events.map(line).join(',\n')}\n] }\n`;
}

const anonymous = (text: string) => text.replaceAll(`${process.pid}@${hostname()}`, 'recorder');

void main();
