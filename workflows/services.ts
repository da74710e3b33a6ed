import type { Duration } from '@temporalio/common';
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { Service } from '../config';

/** What says that a service is down. Of vehicles the plain word says that somebody has the one that was asked for. */
export type Down = `${Exclude<Service, Vehicle>}-unavailable` | `${Vehicle}-unavailable-now`;
type Vehicle = 'kickboard' | 'bike';
export const downOf = (service: Service): Down =>
  service === 'kickboard' || service === 'bike' ? `${service}-unavailable-now` : `${service}-unavailable`;

const UNTIL_DONE = { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' } as const;

/** Own steps before the answer: a few quick tries, then the service is down (`downOf`). */
export function promptlyHere<A extends object>(service: Service): A {
  return named(
    service,
    proxyLocalActivities<A>({
      startToCloseTimeout: '2s',
      scheduleToCloseTimeout: '3s',
      retry: { initialInterval: '50ms', maximumAttempts: 3 },
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    }),
  );
}

/** Own steps that must come about: tried again for as long as it takes. */
export function untilDoneHere<A extends object>(service: Service): A {
  return named(
    service,
    // Past the threshold a retry waits on a timer of the server: the workflow stays free to answer meanwhile.
    proxyLocalActivities<A>({ startToCloseTimeout: '5s', retry: UNTIL_DONE, localRetryThreshold: '500ms' }),
  );
}

/** Another service's steps before the answer: taken up within 2 s and tried once, or the service is down. */
export function promptly<A extends object>(service: Service): A {
  return named(
    service,
    proxyActivities<A>({
      taskQueue: service,
      scheduleToStartTimeout: '2s',
      startToCloseTimeout: '2s',
      retry: { maximumAttempts: 1 },
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    }),
  );
}

/** Another service's steps that are tried once, whenever that service takes them up. */
export function once<A extends object>(service: Service): A {
  return named(
    service,
    proxyActivities<A>({
      taskQueue: service,
      startToCloseTimeout: '10s',
      retry: { maximumAttempts: 1 },
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    }),
  );
}

/**
 * Another service's steps that must come about, however long that service is down.
 * @param atMost between two tries, and a try takes: shorter where a customer waits for what is found out. A worker that
 *   stands still may have taken up a try, which is lost with it
 */
export function untilDone<A extends object>(
  service: Service,
  { atMost = UNTIL_DONE.maximumInterval, takes = '10s' }: { atMost?: Duration; takes?: Duration } = {},
): A {
  return named(
    service,
    proxyActivities<A>({
      taskQueue: service,
      startToCloseTimeout: takes,
      retry: { ...UNTIL_DONE, maximumInterval: atMost },
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    }),
  );
}

/** A step that failed without a reason of the domain (time-out, no worker, no database): its service is down. */
function named<A extends object>(service: Service, activities: object): A {
  return new Proxy(activities as A, {
    get(target, name) {
      const step: unknown = Reflect.get(target, name);
      if (typeof step !== 'function') return step;
      return async (...input: unknown[]): Promise<unknown> => {
        try {
          return await (step as (...input: unknown[]) => Promise<unknown>)(...input);
        } catch (error) {
          throw isCancellation(error) || domainFailure(error) ? error : unavailable(service, error);
        }
      };
    },
  });
}

/** The failure of the domain inside whatever the engine wrapped around it, if there is one. */
function domainFailure(error: unknown): ApplicationFailure | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.nonRetryable ? cause : undefined;
}

const unavailable = (service: Service, error: unknown) =>
  ApplicationFailure.create({
    type: downOf(service),
    message: `${service} did not answer`,
    nonRetryable: true,
    ...(error instanceof Error && { cause: error }),
  });

/** Whether a step failed before any worker took it up: then it has not happened, and never will. */
export function neverBegan(failure: ApplicationFailure): boolean {
  const timeout = failure.cause instanceof ActivityFailure ? failure.cause.cause : undefined;
  return timeout instanceof TimeoutFailure && timeout.timeoutType === 'SCHEDULE_TO_START';
}

/** Why a saga ends: a failure of the domain, by its name in a contract; else a cancellation by an operator. */
export function refusalOf(error: unknown): ApplicationFailure {
  const failure = domainFailure(error);
  if (failure) return failure;
  if (isCancellation(error)) return ApplicationFailure.nonRetryable('cancelled by an operator', 'conflict');
  // A plain error in a workflow is a bug: it must fail the workflow's task, not the customer's saga.
  throw error;
}
