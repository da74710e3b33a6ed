import {
  Client,
  type ConnectionLike,
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Config, Service } from '../config';

interface Repeated {
  scheduleId: string;
  /** Name of the workflow's type. */
  workflow: string;
  service: Service;
  everyMs: number;
}

/** What these services do again and again: seconds of 0 are never. */
export async function keepSchedules(
  connection: ConnectionLike,
  services: readonly Service[],
  config: Pick<Config, 'temporal' | 'reconcileEveryMs' | 'recovery'>,
): Promise<void> {
  const client = new Client({ connection, namespace: config.temporal.namespace });
  for (const repeated of services.flatMap((service) => schedulesOf(service, config)))
    if (repeated.everyMs > 0) await keep(client, repeated);
}

function schedulesOf(
  service: Service,
  { reconcileEveryMs, recovery: { everyMs } }: Pick<Config, 'reconcileEveryMs' | 'recovery'>,
): Repeated[] {
  const recover = { scheduleId: `recover-${service}`, service, everyMs };
  switch (service) {
    case 'payment':
      return [
        { scheduleId: 'reconcile', workflow: 'reconcile', service, everyMs: reconcileEveryMs },
        { ...recover, workflow: 'recoverPayments' },
      ];
    case 'movie':
    case 'kickboard':
    case 'bike':
    case 'food':
    case 'delivery':
      return [{ ...recover, workflow: 'recover' }];
    case 'boxoffice':
    case 'billing':
      return [];
  }
}

async function keep(
  { schedule }: Client,
  { scheduleId, workflow, service, everyMs }: Repeated,
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
