import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Breach } from './check';

/** What looks wrong between two services, and is no breach while a workflow is just at it. */
export interface Suspect extends Breach {
  /** The workflow's id. */
  workflow: string;
  /** Its steps during which it may look so; whatever it does, unless said. */
  during?: readonly string[];
}

const ASKED_AT_ONCE = 20;
/** A worker may die on a task, and the next one too; what so many have failed none will bring on. */
const TRIES_AT_MOST = 3;

/** Those that no workflow is just at. */
export async function breachesAmong(temporal: Client, suspects: readonly Suspect[]): Promise<Breach[]> {
  const breaches: Breach[] = [];
  for (let from = 0; from < suspects.length; from += ASKED_AT_ONCE) {
    const some = suspects.slice(from, from + ASKED_AT_ONCE);
    breaches.push(...(await Promise.all(some.map((suspect) => breachOf(temporal, suspect)))).flat());
  }
  return breaches;
}

/** @returns none while its workflow is just at it */
async function breachOf(temporal: Client, { id, breach, workflow, during }: Suspect): Promise<Breach[]> {
  const description = await temporal.workflow
    .getHandle(workflow)
    .describe()
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    });
  if (description?.status.name !== 'RUNNING') return [{ id, breach }];
  const { pendingWorkflowTask: task, pendingActivities } = description.raw;
  if (task && (task.attempt ?? 0) > TRIES_AT_MOST)
    return [{ id, breach: `${breach}: its workflow is stuck` }];
  // Whoever was to go on with it is not there just now.
  if (during === undefined || task) return [];
  const steps = pendingActivities?.map(({ activityType }) => activityType?.name ?? '') ?? [];
  return steps.some((step) => during.includes(step)) ? [] : [{ id, breach }];
}
