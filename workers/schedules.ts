import {
  Client,
  type ConnectionLike,
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Config, Service } from '../config';
import { manifestOf } from '../manifests/all';
import type { Schedule } from '../manifests/manifest';

/** What these services do again and again: seconds of 0 are never. */
export async function keepSchedules(
  connection: ConnectionLike,
  services: readonly Service[],
  config: Pick<Config, 'temporal' | 'reconcileEveryMs' | 'recovery'>,
): Promise<void> {
  const client = new Client({ connection, namespace: config.temporal.namespace });
  for (const service of services)
    for (const repeated of manifestOf(service).schedules ?? [])
      if (repeated.every(config) > 0) await keep(client, service, repeated, repeated.every(config));
}

async function keep(
  { schedule }: Client,
  service: Service,
  { id: scheduleId, workflow }: Schedule,
  everyMs: number,
): Promise<void> {
  const spec = { intervals: [{ every: everyMs }] };
  try {
    await schedule.create({
      scheduleId,
      spec,
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      action: { type: 'startWorkflow', workflowType: workflow, taskQueue: service },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await schedule.getHandle(scheduleId).update((before) => ({ ...before, spec }));
  }
}
