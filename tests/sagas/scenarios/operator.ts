import { NEEDS_OPERATOR } from '../../../workflows/payment/contract';
import type { BookingStatus } from '../../../workflows/movie/contract';
import { orderFor } from '../orders';
import { plan, type Scenario } from './scenario';

const PATIENT_MS = 30_000;

/** A refused booking whose money cannot be given back: an operator writes it off, or else has it tried again. */
export const deciding: Scenario<BookingStatus> = {
  name: 'deciding about parked money',
  means: ['FAILED'],
  run: async (harness, fault) => {
    const order = orderFor(await harness.backend.screening(), { answerBy: Date.now() + PATIENT_MS });
    const { id } = order;
    plan(harness, id, [
      ['confirm', 'refuses', 'movie-unavailable'],
      ['giveBack', 'refuses', NEEDS_OPERATOR],
    ]);
    fault.on(id);
    await harness.client.book(order);
    const about = `${id}/undo`;
    const heard = await harness.client.decide(id, about, 'write-off', PATIENT_MS);
    // Where that was not carried out, money still waits for a decision.
    if (heard !== 'done') await harness.client.decide(id, about, 'retry', PATIENT_MS);
    return { id };
  },
};
