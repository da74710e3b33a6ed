import type { Way } from '../faults';
import type { SagaClient } from '../client';
import type { FaultHarness } from '../harness';

export interface Run {
  id: string;
  /** Another saga that had a part in it. */
  also?: string;
  /** What the customer heard; undefined when nobody asked. */
  answer?: string;
}

/** What is done while a step of it goes wrong. */
export interface Scenario<End extends string = string> {
  name: string;
  /** How it may end where the customer heard 'done'. */
  means: End[];
  /** Whoever heard a refusal may find none of that; where an operator cancels it afterwards, only if this is said. */
  refused?: End[];
  /** What its customer does at the moment of a fault, and how it may end where that was answered 'done'. */
  act?: (client: SagaClient, id: string) => Promise<string>;
  actedEnds?: End[];
  run: (harness: FaultHarness, fault: Fault) => Promise<Run>;
}

export interface Fault {
  /** Plans what goes wrong, once the id is known. */
  on: (id: string) => void;
  /** So long whoever asks waits for an answer. */
  patienceMs: number;
}

/** Something else that goes wrong all the same, to bring the saga where the fault is. */
export type Besides = [step: string, way: Way, refusal?: string];

export const named = (doing: string, besides: Besides[]) =>
  [doing, ...besides.map(([step, way]) => `${step} ${way}`)].join(', ');

const PATIENT_MS = 30_000;
type Acting<End extends string> = Required<Pick<Scenario<End>, 'act' | 'actedEnds'>>;

/** What customers do at the moment of a fault. */
export const cancels: Acting<'CANCELLED'> = {
  act: (client, id) => client.cancel(id, PATIENT_MS),
  actedEnds: ['CANCELLED'],
};
export const collects: Acting<'COLLECTED'> = {
  act: (client, id) => client.collect(id, PATIENT_MS),
  actedEnds: ['COLLECTED'],
};
export const completes: Acting<'DELIVERED'> = {
  act: (client, id) => client.complete(id, PATIENT_MS),
  actedEnds: ['DELIVERED'],
};
export const returns = <End extends string>(...actedEnds: End[]): Acting<End> => ({
  act: (client, id) => client.bringBack(id, '판교', PATIENT_MS),
  actedEnds,
});

export function plan({ faults }: FaultHarness, id: string, besides: Besides[]): void {
  for (const [step, way, refusal] of besides) faults.plan(id, step, way, refusal);
}
