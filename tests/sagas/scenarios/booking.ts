import type { BookingStatus } from '../../../workflows/movie/contract';
import { orderFor } from '../orders';
import type { Times } from '../backend';
import type { FaultHarness } from '../harness';
import { type Besides, cancels, collects, named, plan, type Scenario } from './scenario';

type BookingScenario = Scenario<BookingStatus>;

export const booking = (...besides: Besides[]): BookingScenario => ({
  name: named('booking', besides),
  ...cancels,
  // Cancelled by nobody but an operator.
  means: ['BOOKED', 'CANCELLED'],
  run: async (harness, fault) => {
    const screening = await harness.backend.screening();
    const order = orderFor(screening, { answerBy: Date.now() + fault.patienceMs });
    plan(harness, order.id, besides);
    fault.on(order.id);
    return { id: order.id, answer: await harness.client.book(order) };
  },
});

export const cancelling = (...besides: Besides[]): BookingScenario => ({
  name: named('cancelling', besides),
  ...collects,
  means: ['CANCELLED'],
  run: standing(besides, ({ client }, id, patienceMs) => client.cancel(id, patienceMs)),
});

export const collecting = (...besides: Besides[]): BookingScenario => ({
  name: named('collecting', besides),
  ...cancels,
  means: ['COLLECTED'],
  run: standing(besides, ({ client }, id, patienceMs) => client.collect(id, patienceMs)),
});

/** An operator cancels the workflow of a booking that waits for its customer. */
export const withdrawing: BookingScenario = {
  name: 'withdrawing',
  ...cancels,
  means: ['CANCELLED'],
  run: standing([], async ({ client }, id) => {
    await client.withdraw(id);
  }),
};

/** Nobody comes. */
export const seeingItEnd: BookingScenario = {
  name: 'seeing it end',
  means: ['NO_SHOW'],
  run: standing(
    [],
    async ({ client }, id) => {
      await client.workflow(id).result();
    },
    {
      startsInMs: 20_000,
      lastsMs: 500,
    },
  ),
};

function standing(
  besides: Besides[],
  ask: (harness: FaultHarness, id: string, patienceMs: number) => Promise<string | void>,
  screening?: Times,
): BookingScenario['run'] {
  return async (harness, fault) => {
    const id = await harness.booked(screening);
    plan(harness, id, besides);
    fault.on(id);
    const answer = await ask(harness, id, fault.patienceMs);
    return { id, ...(typeof answer === 'string' && { answer }) };
  };
}
