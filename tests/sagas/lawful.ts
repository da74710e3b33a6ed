import { defaultPayloadConverter } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';
import { pause } from '../../engine/wait';
import { breachesOfBooks } from '../books';
import type { Desk } from './desk';
import { BOOKING } from './laws/booking';
import { CONVERSION } from './laws/conversion';
import type { Kind } from './laws/kind';
import { ORDER } from './laws/order';
import { PASS } from './laws/pass';
import { RENTAL } from './laws/rental';
import { REPORT } from './laws/report';
import { RIDE } from './laws/ride';
import { TOP_UP } from './laws/top-up';
import type { Stage } from './stage';

/** By the prefix of an id. */
const KINDS: Partial<Record<string, Kind>> = {
  bkg: BOOKING,
  top: TOP_UP,
  pas: PASS,
  rid: RIDE,
  rnt: RENTAL,
  rpt: REPORT,
  cnv: CONVERSION,
  ord: ORDER,
};

const ENDS = ['Completed', 'Failed', 'Canceled', 'Terminated', 'TimedOut', 'ContinuedAsNew'] as const;

/** Not a failure of the workflow's: something arrived just as it was ending, and it is asked once more. */
const UNHANDLED_COMMAND = 1;

export function kindOf(id: string): Kind {
  const kind = KINDS[id.split('_')[0] ?? ''];
  if (!kind) throw new Error(`there is no law for ${id}`);
  return kind;
}

/** Waits until a thing has come to its end, or lawfully waits for its customer. @returns false when it does not */
export async function comesToRest(stage: Stage, desk: Desk, id: string): Promise<boolean> {
  const listening = new AbortController();
  const result = desk.client.withAbortSignal(listening.signal, () => desk.workflow(id).result());
  let ended = false;
  const end = result.then(
    () => (ended = true),
    () => (ended = true),
  );
  const giveUpAt = performance.now() + 45_000;
  try {
    while (!ended && performance.now() < giveUpAt) {
      if (await waits(stage, desk, id)) return true;
      await Promise.race([end, pause(1_000)]);
    }
    return ended;
  } finally {
    listening.abort();
  }
}

async function waits(stage: Stage, desk: Desk, id: string): Promise<boolean> {
  const kind = kindOf(id);
  // The table first: it is asked much more often than it says yes.
  if (!(await kind.waits(stage, id, false))) return false;
  const { status, raw } = await desk.workflow(id).describe();
  if (status.name !== 'RUNNING') return true;
  if (raw.pendingWorkflowTask || raw.pendingActivities?.length) return false;
  return kind.waits(stage, id, Boolean(raw.workflowExtendedInfo?.cancelRequested));
}

/** What is wrong with a thing as it now is, with its workflow's tasks, and with the books. */
export async function breachesNow(stage: Stage, desk: Desk, id: string): Promise<string[]> {
  const history = await desk.workflow(id).fetchHistory();
  return [...(await breachesOf(stage, id, history)), ...(await breachesOfBooks(stage.db))];
}

/** What is wrong with a thing, and with its workflow's tasks. */
export async function breachesOf(stage: Stage, id: string, { events }: History): Promise<string[]> {
  const last = events?.at(-1);
  const completed = last?.workflowExecutionCompletedEventAttributes;
  const ended = last && ENDS.find((end) => last[`workflowExecution${end}EventAttributes`]);
  const status = ended?.toUpperCase() ?? 'RUNNING';
  const result = completed ? defaultPayloadConverter.fromPayload(completed.result!.payloads![0]!) : undefined;
  return [
    ...(await kindOf(id).breaches(stage, id, { status, result })),
    ...(events ?? [])
      .flatMap(({ workflowTaskFailedEventAttributes: failed }) => failed ?? [])
      .filter(({ cause }) => Number(cause) !== UNHANDLED_COMMAND)
      .map(({ failure }) => `its workflow's task failed: ${failure?.message ?? ''}`),
  ];
}
