import { NativeConnection, Worker, type WorkerInterceptors } from '@temporalio/worker';
import type { Config, Service } from '../config';
import { DATA_CONVERTER } from '../data-converter';
import { workflowBundle } from './bundle';
import { type Checks, type Health, reaches } from './health';
import { workerPartsFor } from './queues';
import { keepSchedules } from './schedules';

export interface Workers {
  /** Resolves when all have stopped; rejects when one fails. */
  done: Promise<void>;
  /** Lets what runs come to its end, within 5 s. */
  stop: () => void;
  health: Health;
}

const ENGINE_WITHIN_MS = 1_000;
/** A worker that has not taken up a task of its cached workflow by then is busy or gone: any other may have it. */
const OWN_TASK_WITHIN = '1500ms';

/** Starts a worker for each service. @throws Error when Temporal cannot be reached within 30 s */
export async function startWorkers(
  services: readonly Service[],
  config: Config,
  interceptors?: WorkerInterceptors,
): Promise<Workers> {
  const connection = await connectionTo(config.temporal.address);
  const parts = await Promise.all(
    services.map(async (service) => ({ service, ...(await workerPartsFor(service, config)) })),
  );
  await keepSchedules(connection, services, config);
  const codePath = parts.some(({ workflows }) => workflows) ? await workflowBundle(config.home) : undefined;
  const workers = await Promise.all(
    parts.map(({ service, activities, workflows }) =>
      Worker.create({
        connection,
        namespace: config.temporal.namespace,
        dataConverter: DATA_CONVERTER,
        taskQueue: service,
        activities,
        ...(workflows && codePath && { workflowBundle: { codePath } }),
        maxCachedWorkflows: config.temporal.maxCachedWorkflows,
        stickyQueueScheduleToStartTimeout: OWN_TASK_WITHIN,
        shutdownGraceTime: '5s',
        ...(interceptors && { interceptors }),
      }),
    ),
  );

  const running = workers.map((worker) => worker.run());
  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  // One that fails takes the others along: a process serves all its queues or none.
  for (const run of running) run.catch(stop);
  const done = Promise.all(running)
    .then(() => undefined)
    .finally(async () => {
      await Promise.allSettled(running);
      await Promise.all([...parts.map(({ close }) => close()), connection.close()]);
    });
  const served = parts.map((part, n) => ({ ...part, worker: workers[n] as Worker }));
  return { done, stop, health: healthOf(served, connection) };
}

type Served = { service: Service; worker: Worker } & Awaited<ReturnType<typeof workerPartsFor>>;

function healthOf(served: readonly Served[], connection: NativeConnection): Health {
  const alive: Checks = {};
  const ready: Checks = {
    temporal: () =>
      connection.withDeadline(Date.now() + ENGINE_WITHIN_MS, () =>
        connection.workflowService.getSystemInfo({}),
      ),
  };
  for (const { service, worker, db, workflows } of served) {
    alive[`worker ${service}`] = () => worker.getState() === 'RUNNING';
    ready[`queue ${service}`] = () => asksForWork(worker, workflows);
    ready[`database ${service}`] = reaches(db);
  }
  return { alive, ready };
}

function asksForWork(worker: Worker, workflows: boolean): boolean {
  const { activityPollerState, workflowPollerState } = worker.getStatus();
  return activityPollerState === 'POLLING' && (!workflows || workflowPollerState === 'POLLING');
}

async function connectionTo(address: string): Promise<NativeConnection> {
  for (const until = Date.now() + 30_000; ;) {
    try {
      return await NativeConnection.connect({ address });
    } catch (error) {
      // A refused first connection is not tried again by the SDK.
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
