import type { UpdateDefinition } from '@temporalio/common';
import type { Service } from '../config';
import type { Ask } from '../workflows/saga';
import { downOf } from '../workflows/services';
import type { Operation } from './idempotency';
import { OutcomeUnknown, UnderWay } from './outages';
import { Problem, type ProblemCode } from './problems';
import type { Sagas } from './sagas';

/** A thing that is to change by an update of its workflow. */
interface Change<Row extends { id: string }, A extends Ask> {
  service: Service;
  /** As it was just now. */
  row: Row;
  update: UpdateDefinition<void, [A]>;
  /** What goes with the update. */
  what: Omit<A, keyof Ask>;
  read: (id: string) => Promise<Row | undefined>;
  isDone: (row: Row) => boolean;
  /** Why it may not change as it is. */
  refused: (row: Row) => ProblemCode | undefined;
}

/**
 * Has a thing changed, once for the operation's key.
 * @returns as it is afterwards, or as it stands while that is under way (202): the same key asks for its end
 * @throws Problem why it was not
 */
export async function changed<Row extends { id: string }, A extends Ask>(
  sagas: Sagas,
  operation: Operation,
  { service, row, update, what, read, isDone, refused }: Change<Row, A>,
): Promise<{ status: 200 | 202; now: Row }> {
  const { id } = row;
  const ended = operation.askedBefore && (await sagas.fateOf(id, update, operation)) === 'ended';
  let unheard = false;
  let underWay = false;
  if (!ended) {
    refuse(refused(row));
    try {
      await sagas.ask(service, id, update, operation, what);
    } catch (error) {
      underWay = error instanceof UnderWay;
      unheard = error instanceof OutcomeUnknown;
      if (!underWay && !unheard) throw error;
    }
  }
  const now = await read(id);
  if (!now) throw new Problem('not-found');
  if (underWay) return { status: isDone(now) ? 200 : 202, now };
  // Its workflow may have ended just then: by this very change, or by somebody else's.
  const refusal = refused(now);
  if (unheard && refusal && (await sagas.fateOf(id, update, operation)) === 'never') refuse(refusal);
  if (!isDone(now) && !ended) {
    refuse(refusal);
    throw new Problem(downOf(service));
  }
  return { status: 200, now };
}

function refuse(refusal: ProblemCode | undefined): void {
  if (refusal) throw new Problem(refusal);
}
