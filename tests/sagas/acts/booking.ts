import type { BookingStatus } from '../../../workflows/movie/contract';
import { orderFor } from '../desk';
import type { Stage } from '../stage';
import type { Theatre } from '../theatre';
import { type Act, type Besides, named, plan } from './act';

type BookingAct = Act<BookingStatus>;

export const booking = (...besides: Besides[]): BookingAct => ({
  name: named('booking', besides),
  // Cancelled by nobody but an operator.
  means: ['BOOKED', 'CANCELLED'],
  play: async (theatre, drill) => {
    const screening = await theatre.stage.screening();
    const order = orderFor(screening, { answerBy: Date.now() + drill.patienceMs });
    plan(theatre, order.id, besides);
    drill.on(order.id);
    return { id: order.id, answer: await theatre.desk.book(order) };
  },
});

export const cancelling = (...besides: Besides[]): BookingAct => ({
  name: named('cancelling', besides),
  means: ['CANCELLED'],
  play: standing(besides, ({ desk }, id, patienceMs) => desk.cancel(id, patienceMs)),
});

export const collecting = (...besides: Besides[]): BookingAct => ({
  name: named('collecting', besides),
  means: ['COLLECTED'],
  play: standing(besides, ({ desk }, id, patienceMs) => desk.collect(id, patienceMs)),
});

/** An operator cancels the workflow of a booking that waits for its customer. */
export const withdrawing: BookingAct = {
  name: 'withdrawing',
  means: ['CANCELLED'],
  play: standing([], async ({ desk }, id) => {
    await desk.workflow(id).cancel();
  }),
};

/** Nobody comes. */
export const seeingItEnd: BookingAct = {
  name: 'seeing it end',
  means: ['NO_SHOW'],
  play: standing(
    [],
    async ({ desk }, id) => {
      await desk.workflow(id).result();
    },
    {
      startsInMs: 5_000,
      lastsMs: 500,
    },
  ),
};

function standing(
  besides: Besides[],
  ask: (theatre: Theatre, id: string, patienceMs: number) => Promise<string | void>,
  screening?: Parameters<Stage['screening']>[0],
): BookingAct['play'] {
  return async (theatre, drill) => {
    const id = await theatre.booked(screening);
    plan(theatre, id, besides);
    drill.on(id);
    const answer = await ask(theatre, id, drill.patienceMs);
    return { id, ...(typeof answer === 'string' && { answer }) };
  };
}
