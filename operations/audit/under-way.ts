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

/** Those that no workflow is just at. */
export async function breachesAmong(temporal: Client, suspects: readonly Suspect[]): Promise<Breach[]> {
  const breaches: Breach[] = [];
  for (let from = 0; from < suspects.length; from += ASKED_AT_ONCE) {
    const some = suspects.slice(from, from + ASKED_AT_ONCE);
    const excused = await Promise.all(some.map((suspect) => isUnderWay(temporal, suspect)));
    for (const [n, { id, breach }] of some.entries()) if (!excused[n]) breaches.push({ id, breach });
  }
  return breaches;
}

async function isUnderWay(temporal: Client, { workflow, during }: Suspect): Promise<boolean> {
  const description = await temporal.workflow
    .getHandle(workflow)
    .describe()
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    });
  if (description?.status.name !== 'RUNNING') return false;
  // Whoever was to go on with it is not there just now.
  if (during === undefined || description.raw.pendingWorkflowTask) return true;
  const steps = description.raw.pendingActivities?.map(({ activityType }) => activityType?.name ?? '') ?? [];
  return steps.some((step) => during.includes(step));
}
