import type { Info } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityExecuteInput, WorkerInterceptors } from '@temporalio/worker';
import { pause } from '../../engine/wait';

interface Fault {
  /** What a test's name says of the step. */
  says: string;
  /** Whether the step does its work before the fault strikes. */
  does?: boolean;
  /** What happens at that moment. */
  meanwhile?: keyof Meanwhile | 'act';
  /** It hangs for ever, as with a worker that is gone, and never does its work. */
  never?: boolean;
  /** What the engine then hears of it; 'nothing' is nothing within the step's limit. */
  tells: 'the result' | 'a refusal' | 'an error' | 'nothing';
  /** So many tries of the step are struck. */
  times: number;
}

/** What others do with a saga while one of its steps runs. */
interface Meanwhile {
  /** An operator cancels its workflow. */
  cancel: (id: string) => Promise<unknown>;
  /** Its customer raises the deposit, and whoever waits for that has been told. */
  topUp: (id: string) => Promise<unknown>;
}

/** Every way in which a step can go wrong. Three errors in a row are as many as the impatient steps take. */
export const WAYS = {
  refuses: { says: 'refuses', tells: 'a refusal', times: 1 },
  fails: { says: 'fails', tells: 'an error', times: 3 },
  keepsFailing: { says: 'fails until it is mended', tells: 'an error', times: Infinity },
  losesAnswer: { says: 'is done, but its answer is lost', does: true, tells: 'an error', times: 3 },
  hangs: { says: 'hangs, and is done late', tells: 'nothing', times: 1 },
  hangsDone: { says: 'is done, and hangs', does: true, tells: 'nothing', times: 1 },
  lost: { says: 'is lost with its worker', never: true, tells: 'nothing', times: 1 },
  acted: { says: 'begins as its customer acts', meanwhile: 'act', tells: 'the result', times: 1 },
  actedDone: {
    says: 'ends as its customer acts',
    does: true,
    meanwhile: 'act',
    tells: 'the result',
    times: 1,
  },
  cancelled: { says: 'begins as an operator cancels', meanwhile: 'cancel', tells: 'the result', times: 1 },
  cancelledDone: {
    says: 'ends as an operator cancels',
    does: true,
    meanwhile: 'cancel',
    tells: 'the result',
    times: 1,
  },
  cancelledLost: {
    says: 'is done as an operator cancels, but its answer is lost',
    does: true,
    meanwhile: 'cancel',
    tells: 'an error',
    times: 4,
  },
  paidIn: {
    says: 'begins as its customer tops up',
    meanwhile: 'topUp',
    tells: 'the result',
    times: 1,
  },
  paidInDone: {
    says: 'ends as its customer tops up',
    does: true,
    meanwhile: 'topUp',
    tells: 'the result',
    times: 1,
  },
} as const satisfies Record<string, Fault>;
export type Way = keyof typeof WAYS;

/** It ends alike however the step goes wrong, but for one that an operator cancels. */
export const whatever = <End>(end: End, cancelled = end) => ({
  fails: end,
  losesAnswer: end,
  hangs: end,
  hangsDone: end,
  cancelled,
  cancelledDone: cancelled,
  cancelledLost: cancelled,
});

type Act = (id: string) => Promise<string>;
type Planned = Fault & { refusal: string; act: Act | undefined };

/** Lets a customer's act reach its workflow before the step goes on. */
const ACT_AHEAD_MS = 50;

/** Strikes the steps of the workers in this process, for each saga as planned. */
export class Faults {
  readonly interceptors: WorkerInterceptors = {
    activity: [({ info }) => ({ inbound: { execute: (input, next) => this.execute(info, input, next) } })],
  };
  private readonly planned = new Map<string, Planned>();
  private readonly struck = new Set<string>();
  private readonly underway = new Map<string, number>();
  private readonly acts = new Map<string, Promise<string>>();

  constructor(private readonly others: Meanwhile) {}

  /** @param act what its customer does at that moment, for the ways that say so */
  plan(id: string, step: string, way: Way, refusal = 'conflict', act?: Act): void {
    this.planned.set(`${id} ${step}`, { ...WAYS[way], refusal, act });
  }

  /** What the customer heard who acted on it at the moment of a fault; undefined when none did. */
  actedOn(id: string): Promise<string | undefined> {
    return Promise.resolve(this.acts.get(id));
  }

  mend(id: string, step: string): void {
    this.planned.delete(`${id} ${step}`);
  }

  /** Faults that were planned and never struck: such a case has shown nothing. */
  left(id: string): string[] {
    return [...this.planned.keys()].filter((key) => key.startsWith(`${id} `) && !this.struck.has(key));
  }

  /** Whether what was planned has happened by now, the first time. */
  hasStruck(id: string, step: string): boolean {
    return this.struck.has(`${id} ${step}`) && !this.busy(id);
  }

  /** Whether one of its steps still runs here, though the engine may have given up on it. */
  busy(id: string): boolean {
    return (this.underway.get(id) ?? 0) > 0;
  }

  private async execute(
    { activityType: step, workflowExecution, startToCloseTimeoutMs: limit }: Info,
    input: ActivityExecuteInput,
    next: (input: ActivityExecuteInput) => Promise<unknown>,
  ): Promise<unknown> {
    const id = workflowExecution?.workflowId ?? '';
    this.underway.set(id, (this.underway.get(id) ?? 0) + 1);
    try {
      const fault = this.take(`${id} ${step}`);
      return await (fault ? this.strike(fault, id, limit, () => next(input)) : next(input));
    } finally {
      this.underway.set(id, (this.underway.get(id) ?? 0) - 1);
    }
  }

  private async strike(
    { does, meanwhile, tells, refusal, never, act }: Planned,
    id: string,
    limitMs: number,
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    const result = does ? await work() : undefined;
    if (meanwhile === 'act') await this.begin(id, act);
    else if (meanwhile) await this.others[meanwhile](id);
    if (tells === 'a refusal') throw ApplicationFailure.nonRetryable('planned', refusal);
    if (tells === 'an error') throw new Error('planned');
    if (tells === 'nothing') await pause(limitMs + 2_000);
    // An engine that is late to give up on it must not take it for done.
    if (never) throw new Error('planned');
    return does ? result : work();
  }

  /** Not waited for to its end: it may have to wait for this very step. */
  private async begin(id: string, act: Act | undefined): Promise<void> {
    if (!act) throw new Error(`${id} has no customer who acts`);
    this.acts.set(id, act(id));
    await pause(ACT_AHEAD_MS);
  }

  private take(key: string) {
    const fault = this.planned.get(key);
    if (!fault) return undefined;
    this.struck.add(key);
    fault.times -= 1;
    if (fault.times <= 0) this.planned.delete(key);
    return fault;
  }
}
