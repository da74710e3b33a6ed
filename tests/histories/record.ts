import type { History } from '@temporalio/common/lib/proto-utils';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DeliveryRepository } from '../../activities/delivery/repository';
import { until } from '../../engine/wait';
import { ROOT } from '../../root';
import { courierAnswered } from '../../workflows/delivery/messages';
import { decide } from '../../workflows/payment/messages';
import type { Scenario } from '../sagas/scenarios/scenario';
import * as food from '../sagas/scenarios/food';
import * as kickboard from '../sagas/scenarios/kickboard';
import * as points from '../sagas/scenarios/points';
import * as rental from '../sagas/scenarios/rental';
import type { SagaClient } from '../sagas/client';
import { FaultHarness } from '../sagas/harness';
import { mealFor, orderFor, topUpFor } from '../sagas/orders';
import type { PostgresBackend } from '../sagas/postgres';
import { TimeLapse } from '../deadlines/time-lapse';
import setUp from '../global-setup';
import tearDown from '../global-teardown';

/** A life to be told again by every later version of the workflows. @returns the workflow's id */
type Life = (harness: FaultHarness<PostgresBackend>) => Promise<string>;

const refused =
  (token: string): Life =>
  async ({ backend, client }) => {
    const order = orderFor(await backend.screening(), { token });
    await client.book(order);
    return order.id;
  };

const toppedUp =
  (token?: string): Life =>
  async ({ client }) => {
    const order = topUpFor({ token });
    await client.topUp(order);
    return order.id;
  };

const played =
  (scenario: Scenario): Life =>
  async (harness) =>
    (await scenario.run(harness, { on: () => undefined, patienceMs: 30_000 })).id;

const LIVES: Record<string, Life> = {
  collected: async (harness) => {
    const id = await harness.booked();
    await harness.client.collect(id);
    return id;
  },
  cancelled: async (harness) => {
    const id = await harness.booked();
    await harness.client.cancel(id);
    return id;
  },
  withdrawn: async (harness) => {
    const id = await harness.booked();
    await harness.client.withdraw(id);
    return id;
  },
  'no-show': (harness) => harness.booked({ startsInMs: 4_000, lastsMs: 500 }),
  declined: refused('tok_declined'),
  'payment-unknown': refused('tok_lost'),
  'refund-unknown': async (harness) => {
    const id = await harness.booked();
    harness.faults.plan(id, 'refund', 'losesAnswer');
    await harness.client.cancel(id);
    return id;
  },
  'collect-undone': async (harness) => {
    const id = await harness.booked();
    harness.faults.plan(id, 'collect', 'refuses', 'movie-unavailable');
    await harness.client.collect(id);
    await harness.client.cancel(id);
    return id;
  },
  // The second of its runs: the first is too long to keep.
  'continued-as-new': async (harness) => {
    const id = await harness.booked();
    harness.faults.plan(id, 'handTicketOut', 'keepsFailing');
    const run = async () => (await harness.client.workflow(id).describe()).runId;
    const first = await run();
    while ((await run()) === first) await harness.client.collect(id);
    harness.faults.mend(id, 'handTicketOut');
    await harness.client.collect(id);
    return id;
  },
  'topped-up': toppedUp(),
  'top-up-refused': toppedUp('tok_lost'),
  'parked-then-written-off': async ({ backend, client, faults }) => {
    const order = orderFor(await backend.screening(), { token: 'tok_norefund' });
    faults.plan(order.id, 'confirm', 'refuses', 'movie-unavailable');
    await client.book(order);
    const about = `${order.id}/undo`;
    const parked = { key: about, state: 'NEEDS_OPERATOR' };
    const isParked = async () =>
      (await backend.db('payment.parked').where(parked).first<object | undefined>()) !== undefined;
    if (!(await until(isParked, { withinMs: 30_000 }))) throw new Error('not parked');
    const decision = { action: 'write-off', reason: 'recorded', by: 'yuna', key: 'recorded' } as const;
    const answerBy = Date.now() + 5_000;
    await client.workflow(order.id).executeUpdate(decide, { args: [{ about, ...decision, answerBy }] });
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
  'order-resumed-then-cancelled': async (harness) => {
    const delivered = ['delivered', 'refuses', 'food-unavailable'] as const;
    const { id } = await food
      .completing([...delivered])
      .run(harness, { on: () => undefined, patienceMs: 30_000 });
    await harness.client.cancel(id);
    return id;
  },
  // Of the search for a courier: the first declines, the next accepts.
  'courier-found': async ({ backend, client }) => {
    const couriers = new DeliveryRepository(backend.db);
    const isWith = (id: string, courier: string) =>
      until(async () => (await backend.db('delivery.deliveries').where({ id, courier })).length === 1, {
        withinMs: 30_000,
      });
    for (const courier of ['dana', 'jun']) await couriers.setDuty(courier, true);
    const { deliveryId, ...order } = mealFor({ answerBy: Date.now() + 30_000 });
    await client.order({ deliveryId, ...order });
    if (!(await isWith(deliveryId, 'dana'))) throw new Error('not offered');
    await couriers.decline(deliveryId, 'dana');
    await client.workflow(deliveryId).signal(courierAnswered);
    if (!(await isWith(deliveryId, 'jun'))) throw new Error('not offered to the next');
    await couriers.accept(deliveryId, 'jun');
    await client.workflow(deliveryId).signal(courierAnswered);
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
    await time.client.bringBack(id, '판교');
    return id;
  },
};

/**
 * `npm run histories:record -- name…`. For new lives; and for all, when none is named, once no workflow that began
 * before a change can still run: until then the old recordings are the test that the change is bridged (`patched`).
 */
async function main(): Promise<void> {
  await setUp({ maxWorkers: 1 });
  await import('../worker-postgres.js');
  const harness = await FaultHarness.onPostgres({ OPERATOR_AFTER_SECONDS: '2' });
  const time = await TimeLapse.open();
  const named = new Set(process.argv.slice(2));
  const wanted = <L>(lives: Record<string, L>) =>
    Object.entries(lives).filter(([name]) => named.size === 0 || named.has(name));
  try {
    for (const [name, life] of wanted(LIVES)) await keep(name, harness.client, await life(harness));
    for (const [name, life] of wanted(LONG_LIVES)) await keep(name, time.client, await life(time));
  } finally {
    await harness.close();
    await time.close();
    await tearDown();
  }
}

async function keep(name: string, client: SagaClient, id: string): Promise<void> {
  const over = async () => (await client.workflow(id).describe()).status.name === 'COMPLETED';
  if (!(await until(over, { withinMs: 60_000 }))) throw new Error(`${name} does not end`);
  const events = eventsOf(await client.workflow(id).fetchHistory());
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
