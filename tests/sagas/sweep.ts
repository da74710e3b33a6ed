import type { History } from '@temporalio/common/lib/proto-utils';
import { pause } from '../../engine/wait';
import { WAYS, type Way } from './faults';
import { type End, type FaultHarness, NOT_STRUCK } from './harness';
import { PATIENCE_MS } from './orders';
import type { Scenario } from './scenarios/scenario';

/** Cases under way at once: those that hang mostly wait; of the others so few that none is late for want of a core. */
const AT_ONCE = { hanging: 30, other: 6 };
/** A case begins once this thread and the engine have time for it, so that no saga is late because the machine is busy. */
const IDLE = { everyMs: 80, lateByMs: 40 };
/** More than so many fail. */
const AGAIN_AT_MOST = 2;
/** For how long customers wait where their going away does not matter; where a step hangs it does. */
const PATIENT_MS = 30_000;

/** Where two acts meet, more than one end is lawful. */
type OneOf<Status extends string> = Status | `${Status} or ${Status}` | `${Status} or ${Status} or ${Status}`;

/** A scenario, the step of it that goes wrong, how it ends by the way of going wrong, and why the step refuses. */
export type Row<Status extends string> = [
  scenario: Scenario<Status>,
  step: string,
  ends: Partial<Record<Way, OneOf<NoInfer<Status>>>>,
  refusal?: string,
];

export interface Case {
  scenario: Scenario;
  step: string;
  way: Way;
  /** Lawful ends; any when undefined: what its customer does at that moment decides. */
  ends: string[] | undefined;
  refusal: string | undefined;
  name: string;
}

export interface Outcome {
  id: string;
  also: string | undefined;
  /** What the customer heard; undefined when nobody asked. */
  answer: string | undefined;
  /** What the customer heard who acted at the moment of the fault. */
  acted: string | undefined;
  end: End;
  /** Of its workflow and the other's, by id. */
  histories: Map<string, History>;
}

/** Every row by every way that it names; also a worker that is lost where a step may hang, and a customer who acts. */
export const casesOf = (rows: readonly Row<string>[]): Case[] =>
  rows.flatMap(([scenario, step, ends, refusal]) => {
    const ways: Partial<Record<Way, string | undefined>> = { ...ends };
    if (ends.hangs !== undefined) ways.lost = ends.hangs;
    if (scenario.act && ends.hangs !== undefined)
      Object.assign(ways, { acted: undefined, actedDone: undefined });
    return Object.entries(ways).map(([way, end]) => ({
      ...{ scenario, step, refusal, way: way as Way },
      ends: end?.split(' or '),
      name: `${scenario.name}: ${step} ${WAYS[way as Way].says} → ${end ?? 'as answered'}`,
    }));
  });

/**
 * Plays all cases side by side, those that hang first: they last longest. One whose saga never came to what it was to
 * suffer has shown nothing: the first few of those are played again, alone, and named.
 * @returns how each went, or why it could not
 */
export async function playAll(
  harness: FaultHarness,
  cases: readonly Case[],
): Promise<Map<Case, Promise<Outcome>>> {
  const played = new Map<Case, Promise<Outcome>>();
  const underWay = new Set<Promise<unknown>>();
  for (const one of cases.toSorted((a, b) => Number(hangs(b)) - Number(hangs(a)))) {
    const atOnce = hangs(one) ? AT_ONCE.hanging : AT_ONCE.other;
    while (underWay.size >= atOnce) await Promise.race(underWay);
    const outcome = play(harness, one);
    const over: Promise<unknown> = outcome.catch(() => undefined).finally(() => underWay.delete(over));
    underWay.add(over);
    played.set(one, outcome);
    await idle(harness);
  }
  await Promise.allSettled(played.values());
  const missed: Case[] = [];
  for (const [one, outcome] of played) if (await outcome.then(notStruck, () => false)) missed.push(one);
  for (const one of missed.slice(0, AGAIN_AT_MOST)) {
    process.stderr.write(`played again, the fault did not strike: ${one.name}\n`);
    played.set(one, play(harness, one));
    await Promise.allSettled([played.get(one)]);
  }
  return played;
}

/** Nothing else is wrong with it. */
const notStruck = ({ end: { breaches } }: Outcome) =>
  breaches.length > 0 && breaches.every((breach) => breach.startsWith(NOT_STRUCK));

/** Until this thread comes to its turn, and the engine answers, in time. */
async function idle(harness: FaultHarness): Promise<void> {
  for (let late = Infinity; late > IDLE.lateByMs;) {
    const due = performance.now() + IDLE.everyMs;
    await pause(IDLE.everyMs);
    await harness.engineAnswers();
    late = performance.now() - due;
  }
}

const hangs = ({ way }: Case) => WAYS[way].tells === 'nothing';

async function play(harness: FaultHarness, one: Case): Promise<Outcome> {
  const { scenario, step, way, refusal } = one;
  const { id, also, answer } = await scenario.run(harness, {
    on: (id) => harness.faults.plan(id, step, way, refusal, scenario.act?.bind(undefined, harness.client)),
    patienceMs: hangs(one) ? PATIENCE_MS : PATIENT_MS,
  });
  const acted = await harness.faults.actedOn(id);
  const end = await harness.workflowEnd(id);
  const other = also === undefined ? undefined : await harness.workflowEnd(also);
  const breaches = [...end.breaches, ...(other?.breaches ?? [])];
  const histories = new Map([[id, end.history]]);
  if (also !== undefined && other) histories.set(also, other.history);
  return { id, also, answer, acted, end: { status: end.status, breaches }, histories };
}

/** A case judged: its end, the laws that are broken, and whether the answers fit the end. */
export function judge(one: Case, { answer, acted, end }: Outcome, laws: readonly string[]): void {
  const { scenario, way, refusal, ends } = one;
  const { status } = end;
  expect([...end.breaches, ...laws]).toEqual([]);
  if (ends) expect(ends).toContain(status);
  if (acted === 'done') expect(scenario.actedEnds).toContain(status);
  // Where the engine did not say, the API looks at the thing itself.
  if (answer === undefined || (answer === 'undecided' && !scenario.refused) || acted === 'done') return;
  // Who is refused hears why.
  if (way === 'refuses' && answer !== 'done') expect(answer).toBe(refusal);
  // The provider refuses none here.
  if (way !== 'refuses') expect(answer).not.toBe('refund-refused');
  if (answer === 'done') expect(scenario.means).toContain(status);
  else if (scenario.refused)
    expect(answer === 'undecided' ? [...scenario.means, ...scenario.refused] : scenario.refused).toContain(
      status,
    );
  else if (!way.startsWith('cancelled')) expect(scenario.means).not.toContain(status);
}

/** The whole table of what was played: a line per scenario and step, with how each way ended. */
export function tableOf(results: ReadonlyMap<Case, string>): string {
  const lines = new Map<string, string[]>();
  for (const [{ scenario, step, way }, result] of results) {
    const line = `${scenario.name} · ${step}`;
    lines.set(line, [...(lines.get(line) ?? []), `${way} ${result}`]);
  }
  return [...lines].map(([line, ways]) => `${line}: ${ways.join(', ')}`).join('\n');
}
