import type { Way } from '../faults';
import type { Theatre } from '../theatre';

export interface Played {
  id: string;
  /** Another saga that had a part in it. */
  also?: string;
  /** What the customer heard; undefined when nobody asked. */
  answer?: string;
}

/** What is done while a step of it goes wrong. */
export interface Act<End extends string = string> {
  name: string;
  /** How it may end where the customer heard 'done'. */
  means: End[];
  /** Whoever heard a refusal may find none of that; where an operator cancels it afterwards, only if this is said. */
  refused?: End[];
  play: (theatre: Theatre, drill: Drill) => Promise<Played>;
}

export interface Drill {
  /** Plans what goes wrong, once the id is known. */
  on: (id: string) => void;
  /** So long whoever asks waits for an answer. */
  patienceMs: number;
}

/** Something else that goes wrong all the same, to bring the saga where the drill is. */
export type Besides = [step: string, way: Way, refusal?: string];

export const named = (doing: string, besides: Besides[]) =>
  [doing, ...besides.map(([step, way]) => `${step} ${way}`)].join(', ');

export function plan({ faults }: Theatre, id: string, besides: Besides[]): void {
  for (const [step, way, refusal] of besides) faults.plan(id, step, way, refusal);
}
