import type { Saga } from '../saga';
import { neverBegan } from '../services';
import type { Ask } from './messages';
import { boxoffice, boxofficeUntilDone, movieUntilDone } from './steps';

/**
 * Seed 003, M4: the box office hands the ticket out, the booking is COLLECTED.
 * @throws ApplicationFailure `boxoffice-unavailable`, `ticket-not-issued`, `movie-unavailable`
 */
export async function collectTicket(saga: Saga, id: string, ask: Ask): Promise<void> {
  await saga.run(async (step) => {
    await step('hand the ticket out', {
      undoLater: async (because) => neverBegan(because) || boxofficeUntilDone.takeTicketBack(id, ask.key),
      do: () => boxoffice.handTicketOut(id, ask.key),
    });
    await step('collect', { do: () => movieUntilDone.collect(id, ask.answerBy) });
  });
}
