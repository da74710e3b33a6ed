import type { Client, Connection } from '@temporalio/client';
import { hostname } from 'node:os';
import type { Service } from '../config';

/** temporal.api.enums.v1.TaskQueueType */
type Kind = NonNullable<Parameters<Connection['workflowService']['describeTaskQueue']>[0]['taskQueueType']>;
const ACTIVITIES = 2 as unknown as Kind;

/** The processes of this machine that ask for a service's work and still live: dead ones stay listed for minutes. */
export async function pidsServing(
  { workflowService }: Client['connection'],
  namespace: string,
  service: Service,
): Promise<number[]> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: service },
    taskQueueType: ACTIVITIES,
  });
  return pollers
    .map(({ identity }) => (identity ?? '').split('@'))
    .filter(([, host]) => host === hostname())
    .map(([pid]) => Number(pid))
    .filter(lives);
}

export function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
