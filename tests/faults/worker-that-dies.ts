import type { ActivityExecuteInput, WorkerInterceptors } from '@temporalio/worker';
import { config, type Service } from '../../config';
import { startWorkers } from '../../workers/run';
import { installRuntime } from '../../workers/runtime';

/** A moment to die at: before or after a step of what is marked with one of these words; of anything without them. */
interface Point {
  when: string;
  step: string;
  words: string[];
  /** A thing stays marked, also in steps that are given its id alone. */
  marked: Set<string>;
}

/**
 * A real worker that kills itself, as by kill -9, before a step does anything or when it has done everything and
 * told nobody. CRASH_AT="after:confirm" strikes the first booking that comes; "after:confirm of <word> …" only one
 * whose steps were given such a word: its id, its customer or its screening. Of several points ("…; …") those that
 * are reached wait for the last of them: the worker dies in the middle of all.
 */
const points = (process.env.CRASH_AT ?? '').split('; ').map((text): Point => {
  const [, when, step, , words = ''] = /^(before|after):(\w+)( of (.+))?$/.exec(text) ?? [];
  if (when === undefined || step === undefined) throw new Error('CRASH_AT="before:<step>" or "after:<step>"');
  return { when, step, words: words.split(' '), marked: new Set() };
});
const ahead = new Set(points);

const interceptors: WorkerInterceptors = {
  activity: [
    ({ info }) => ({
      inbound: {
        execute: async (input, next) => {
          const id = info.workflowExecution?.workflowId ?? '';
          for (const { words, marked } of points) if (isMarked(words, id, input)) marked.add(id);
          const point = points.find(({ step, marked }) => step === info.activityType && marked.has(id));
          if (point?.when === 'before') await reached(point);
          const result = await next(input);
          if (point) await reached(point);
          return result;
        },
      },
    }),
  ],
};

const isMarked = (words: string[], id: string, { args }: ActivityExecuteInput) =>
  words.some((word) => `${id} ${JSON.stringify(args)}`.includes(word));

/** Nothing more happens here; in this process, once it was the last. */
function reached(point: Point): Promise<never> {
  ahead.delete(point);
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
