import { Client, Connection } from '@temporalio/client';
import type { WorkerInterceptors } from '@temporalio/worker';
import { appendFileSync } from 'node:fs';
import { config, type Service } from '../../config';
import { startWorkers } from '../../workers/run';
import { installRuntime } from '../../workers/runtime';
import { HARU_CUSTOMER } from '../../workflows/search-attributes';

/**
 * How a step fails so that a later one is reached: before it takes effect, after that (its answer is lost), or
 * before that from its second try on.
 */
export type Failure = 'refused' | 'lost' | 'done once';

/** A point at which this process is killed. */
export interface Crash {
  /** A word in the customer's name, in the workflow's id or in the arguments of a step. */
  of: string;
  when: 'before' | 'after';
  step: string;
  fails?: Record<string, Failure>;
}

/**
 * A real worker that kills itself, as by kill -9, once all points of CRASHES (JSON) are reached. Until then nothing
 * of what has reached its point takes any effect here, so that it makes no difference how long the others take.
 * Each point that is reached is a line in the file CRASHES_REACHED.
 * With CRASH_BY=termination the worker lives on, and it is the workflow that is terminated there.
 */
const byTermination = process.env.CRASH_BY === 'termination';
const crashes = JSON.parse(process.env.CRASHES ?? '[]') as Crash[];
const ahead = new Set(crashes);
const tries = new Map<string, number>();

const interceptors: WorkerInterceptors = {
  activity: [
    ({ info: { activityType: step, workflowExecution, isLocal, retryPolicy } }) => ({
      inbound: {
        execute: async (input, next) => {
          const crash = await crashOf(workflowExecution?.workflowId ?? '', JSON.stringify(input.args));
          if (!crash || (byTermination && !ahead.has(crash))) return next(input);
          // For another worker, as soon as there is one.
          if (!ahead.has(crash) && !isLocal && retryPolicy?.maximumAttempts !== 1)
            throw new Error('this worker is about to be killed');
          const isCrashed = step === crash.step;
          if (isCrashed && byTermination) {
            ahead.delete(crash);
            const result: unknown = crash.when === 'after' ? await next(input) : undefined;
            await terminate(workflowExecution?.workflowId ?? '');
            reached(crash);
            if (crash.when === 'before') throw new Error(`${step} is tried in vain`);
            return result;
          }
          if (!ahead.has(crash) || (isCrashed && crash.when === 'before')) return reach(crash);
          const failure = isCrashed ? undefined : failureOf(crash, step);
          if (failure === 'refused') throw new Error(`${step} is refused`);
          const result = await next(input);
          if (isCrashed || !ahead.has(crash)) return reach(crash);
          if (failure === 'lost') throw new Error(`the answer of ${step} is lost`);
          return result;
        },
      },
    }),
  ],
};

async function crashOf(workflowId: string, args: string): Promise<Crash | undefined> {
  const byArgs = crashes.find(({ of }) => args.includes(of));
  if (byArgs) return byArgs;
  const owner = await ownerOf(workflowId);
  return crashes.find(({ of }) => owner.includes(of));
}

const connecting = Connection.connect({ address: config.temporal.address });
const owners = new Map<string, Promise<string>>();

/** Its customer or that of its parent; where it has none, the id of the topmost workflow. */
function ownerOf(workflowId: string): Promise<string> {
  const known = owners.get(workflowId) ?? describedOwnerOf(workflowId);
  owners.set(workflowId, known);
  return known;
}

async function describedOwnerOf(workflowId: string): Promise<string> {
  const client = new Client({ connection: await connecting, namespace: config.temporal.namespace });
  const { typedSearchAttributes, raw } = await client.workflow.getHandle(workflowId).describe();
  const parent = raw.workflowExecutionInfo?.parentExecution?.workflowId;
  return typedSearchAttributes.get(HARU_CUSTOMER) ?? (parent ? ownerOf(parent) : workflowId);
}

function failureOf({ of, fails }: Crash, step: string): 'refused' | 'lost' | undefined {
  const failure = fails?.[step];
  if (failure !== 'done once') return failure;
  const before = tries.get(`${of} ${step}`) ?? 0;
  tries.set(`${of} ${step}`, before + 1);
  return before > 0 ? 'refused' : undefined;
}

async function terminate(workflowId: string): Promise<void> {
  const client = new Client({ connection: await connecting, namespace: config.temporal.namespace });
  await client.workflow.getHandle(workflowId).terminate();
}

function reached({ of }: Crash): void {
  if (process.env.CRASHES_REACHED) appendFileSync(process.env.CRASHES_REACHED, `${of}\n`);
}

/** Nothing more happens here; in this process, once it was the last. */
function reach(crash: Crash): Promise<never> {
  if (ahead.delete(crash)) reached(crash);
  if (ahead.size === 0) process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

installRuntime(config);
startWorkers(process.argv.slice(2) as Service[], config, interceptors)
  .then(({ done }) => done)
  .catch((error: unknown) => {
    process.stderr.write(`The worker stops: ${String(error)}\n`);
    process.exitCode = 1;
  });
