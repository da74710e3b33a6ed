import type { ActivityInput, LocalActivityInput, WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** Each activity carries its name in plain words, so that a history reads as a story in the Web UI. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) => next(summarised(input)),
      scheduleLocalActivity: (input, next) => next(summarised(input)),
    },
  ],
});

function summarised<I extends ActivityInput | LocalActivityInput>(input: I): I {
  const summary = input.activityType.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return { ...input, options: { ...input.options, summary } };
}
