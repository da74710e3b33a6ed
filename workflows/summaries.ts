import type { ActivityInput, LocalActivityInput, WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** Each activity says what and how much, so that a history reads as a story in the Web UI. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) => next(summarised(input)),
      scheduleLocalActivity: (input, next) => next(summarised(input)),
    },
  ],
});

function summarised<I extends ActivityInput | LocalActivityInput>(input: I): I {
  const name = input.activityType.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return {
    ...input,
    options: { ...input.options, summary: [name, ...detailsOf(input.args[0])].join(' · ') },
  };
}

/** What the inputs of activities may have. */
interface Telling {
  seats?: string[];
  points?: number;
  /** Whole KRW, by the name that it has there. */
  amount?: number;
  fee?: number;
  by?: { method: string };
}

function detailsOf(input: unknown): string[] {
  if (typeof input !== 'object' || input === null) return [];
  const { seats, points, amount, fee = amount, by } = input as Telling;
  return [
    ...(seats ? [seats.join(', ')] : []),
    ...(points === undefined ? [] : [`${grouped(points)} points`]),
    ...(fee === undefined ? [] : [`${grouped(fee)} KRW`]),
    ...(by ? [by.method] : []),
  ];
}

const grouped = (number: number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');
