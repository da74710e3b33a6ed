import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Breach } from './law';
import type { World } from './world';

/** What differs between two services, and is lawful while a workflow is working on it. */
export interface Suspect extends Breach {
  /** The workflow's id. */
  workflow: string;
  /** Steps during which it may differ; any step when undefined. */
  during?: readonly string[] | undefined;
  /** Business id whose parked money makes it lawful as well. */
  parkable?: string | undefined;
}

const ASKED_AT_ONCE = 20;
/** Failed tries of a workflow task: workers die now and then, but a task that failed so often will fail again. */
export const TASK_TRIES_AT_MOST = 3;

/** @returns the suspects that no workflow works on, and no operator is asked about */
export async function breachesAmong(world: World, suspects: readonly Suspect[]): Promise<Breach[]> {
  const parked = await parkedAmong(world, suspects);
  const open = suspects.filter(({ parkable }) => parkable === undefined || !parked.has(parkable));
  return (await inGroups(open, (suspect) => breachOf(world.temporal, suspect))).flat();
}

/** Business ids among these whose money waits for an operator, or keeps failing. */
async function parkedAmong(
  { databases: { payment } }: World,
  suspects: readonly Suspect[],
): Promise<Set<string>> {
  const ids = suspects.flatMap(({ parkable }) => parkable ?? []);
  if (ids.length === 0) return new Set();
  const rows = payment('payment.parked').whereNull('ended_at').whereIn('business_id', ids);
  return new Set(await rows.pluck<string[]>('business_id'));
}

async function breachOf(temporal: Client, { id, breach, workflow, during }: Suspect): Promise<Breach[]> {
  const state = await stateOf(temporal, workflow);
  if (state?.status !== 'RUNNING') return [{ id, breach }];
  if (state.taskTries > TASK_TRIES_AT_MOST) return [{ id, breach: `${breach}: its workflow is stuck` }];
  if (during === undefined || state.taskPending) return [];
  return state.activities.some((step) => during.includes(step)) ? [] : [{ id, breach }];
}

interface WorkflowState {
  status: string;
  /** A workflow task is scheduled or running. */
  taskPending: boolean;
  /** Tries of that task so far. */
  taskTries: number;
  /** Activities that are scheduled or running; local ones are not seen. */
  activities: string[];
  cancelRequested: boolean;
}

/** @returns undefined for a workflow that the engine does not know (any more) */
export async function stateOf(temporal: Client, workflow: string): Promise<WorkflowState | undefined> {
  try {
    const { status, raw } = await temporal.workflow.getHandle(workflow).describe();
    return {
      status: status.name,
      taskPending: Boolean(raw.pendingWorkflowTask),
      taskTries: raw.pendingWorkflowTask?.attempt ?? 0,
      activities: raw.pendingActivities?.map(({ activityType }) => activityType?.name ?? '') ?? [],
      cancelRequested: Boolean(raw.workflowExtendedInfo?.cancelRequested),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Does it for each, so many side by side. @returns the results in order */
export async function inGroups<T, R>(all: readonly T[], act: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < all.length; from += ASKED_AT_ONCE)
    results.push(...(await Promise.all(all.slice(from, from + ASKED_AT_ONCE).map(act))));
  return results;
}
