import type { ActivityExecuteInput, WorkerInterceptors } from '@temporalio/worker';
import { config, type Service } from '../../config';
import { startWorkers } from '../../workers/run';
import { installRuntime } from '../../workers/runtime';

/**
 * A real worker that kills itself, as by kill -9, before a step does anything or when it has done everything and
 * told nobody. CRASH_AT="after:confirm" strikes the first booking that comes; "after:confirm of <word> …" only one
 * whose steps were given such a word: its id, its customer or its screening.
 */
const [, when, step, , words] = /^(before|after):(\w+)( of (.+))?$/.exec(process.env.CRASH_AT ?? '') ?? [];
if (step === undefined) throw new Error('CRASH_AT="before:<step>" or "after:<step>"');

const marks = words?.split(' ') ?? [''];
/** A booking stays marked, also in steps that are given its id alone. */
const marked = new Set<string>();

const interceptors: WorkerInterceptors = {
  activity: [
    ({ info }) => ({
      inbound: {
        execute: async (input, next) => {
          const id = info.workflowExecution?.workflowId ?? '';
          if (isMarked(id, input)) marked.add(id);
          const strikes = info.activityType === step && marked.has(id);
          if (strikes && when === 'before') await die();
          const result = await next(input);
          if (strikes) await die();
          return result;
        },
      },
    }),
  ],
};

const isMarked = (id: string, { args }: ActivityExecuteInput) =>
  marks.some((mark) => `${id} ${JSON.stringify(args)}`.includes(mark));

/** Nothing more happens in this process. */
function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

installRuntime(config);
startWorkers(process.argv.slice(2) as Service[], config, interceptors)
  .then(({ done }) => done)
  .catch((error: unknown) => {
    process.stderr.write(`The worker stops: ${String(error)}\n`);
    process.exitCode = 1;
  });
