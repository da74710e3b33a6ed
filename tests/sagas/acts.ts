import type { BookingStatus } from '../../workflows/movie/contract';
import { orderFor } from './desk';
import type { Way } from './faults';
import type { Stage } from './stage';
import type { Theatre } from './theatre';

interface Played {
  id: string;
  /** What the customer heard; undefined when nobody asked. */
  answer?: string;
}

/** What is done with a booking while one of its steps goes wrong. */
export interface Act {
  name: string;
  /** How a booking may end whose customer heard 'done'; whoever heard a refusal may find none of it. */
  means: BookingStatus[];
  /** @param drill plans what goes wrong, once the booking's id is known */
  play: (theatre: Theatre, drill: (id: string) => void) => Promise<Played>;
}

/** Something else that goes wrong all the same, to bring the saga where the drill is. */
type Besides = [step: string, way: Way, refusal?: string];

export const booking = (...besides: Besides[]): Act => ({
  name: ['booking', ...besides.map(spell)].join(', '),
  // Cancelled by nobody but an operator.
  means: ['BOOKED', 'CANCELLED'],
  play: async (theatre, drill) => {
    const order = orderFor(await theatre.stage.screening());
    plan(theatre, order.id, besides);
    drill(order.id);
    return { id: order.id, answer: await theatre.desk.book(order) };
  },
});

export const cancelling = (...besides: Besides[]): Act => ({
  name: ['cancelling', ...besides.map(spell)].join(', '),
  means: ['CANCELLED'],
  play: standing(besides, ({ desk }, id) => desk.cancel(id)),
});

export const collecting = (...besides: Besides[]): Act => ({
  name: ['collecting', ...besides.map(spell)].join(', '),
  means: ['COLLECTED'],
  play: standing(besides, ({ desk }, id) => desk.collect(id)),
});

/** An operator cancels the workflow of a booking that waits for its customer. */
export const withdrawing: Act = {
  name: 'withdrawing',
  means: ['CANCELLED'],
  play: standing([], async ({ desk }, id) => {
    await desk.workflow(id).cancel();
  }),
};

/** Nobody comes. */
export const seeingItEnd: Act = {
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
  ask: (theatre: Theatre, id: string) => Promise<string | void>,
  screening?: Parameters<Stage['screening']>[0],
): Act['play'] {
  return async (theatre, drill) => {
    const id = await theatre.booked(screening);
    plan(theatre, id, besides);
    drill(id);
    const answer = await ask(theatre, id);
    return { id, ...(typeof answer === 'string' && { answer }) };
  };
}

function plan({ faults }: Theatre, id: string, besides: Besides[]): void {
  for (const [step, way, refusal] of besides) faults.plan(id, step, way, refusal);
}

const spell = ([step, way]: Besides) => `${step} ${way}`;
