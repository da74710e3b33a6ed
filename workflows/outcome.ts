import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { HARU_OUTCOME } from './search-attributes';

/** What became of a saga, as operators filter by it. `parked`: it waits for a decision of theirs. */
export type Outcome = 'open' | 'parked' | 'kept' | 'refused' | 'cancelled' | 'no-show';

/** By the status with which a saga ends; any other is what the customer wanted. */
const NOT_KEPT: Record<string, Outcome> = {
  FAILED: 'refused',
  REFUSED: 'refused',
  GIVEN_BACK: 'refused',
  CANCELLED: 'cancelled',
  NO_SHOW: 'no-show',
};

export const outcomeOf = (status: string): Outcome => NOT_KEPT[status] ?? 'kept';

/**
 * Sets HaruOutcome: one event in the history. A run that was started without one (an older API, a workflow that is no
 * saga) is left alone, so that its history replays.
 */
export function setOutcome(outcome: Outcome): void {
  const before = workflowInfo().typedSearchAttributes.get(HARU_OUTCOME);
  if (before === undefined || before === outcome) return;
  upsertSearchAttributes([{ key: HARU_OUTCOME, value: outcome }]);
}
