import { pause } from '../../engine/wait';
import type { Service } from '../../config';
import { breachesOfBooks } from '../books';
import type { Act } from './acts/act';
import { PATIENCE_MS } from './desk';
import { WAYS, type Way } from './faults';
import { NOT_STRUCK, Theatre } from './theatre';

/** A case waits more than it computes; but the more begin at once, the later each is for its own time limits. */
const AT_ONCE = 40;
const ONE_EVERY_MS = 100;

/** Where a step hangs it matters when the customer goes; elsewhere a busy machine must not make it late. */
const PATIENT_MS = 30_000;

/** So long it takes at most to play all the others, and one of them again. */
const AGAIN_WITHIN_MS = 180_000;

/** A part of the cases, another one each day; SWEEP=all plays all of them, SWEEP=2 the second part. */
const PARTS = 3;
const DAY_MS = 86_400_000;
const SWEEP = process.env.SWEEP ?? String((Math.floor(Date.now() / DAY_MS) % PARTS) + 1);

/** Where it is a matter of moments, more than one end is lawful. */
type OneOf<End extends string> = End | `${End} or ${End}` | `${End} or ${End} or ${End}`;

/** What is done, the step that goes wrong meanwhile, and how it ends for each way of going wrong. */
export type Row<End extends string> = [
  act: Act<End>,
  step: string,
  ends: Partial<Record<Way, OneOf<NoInfer<End>>>>,
  refusal?: string,
];

interface Outcome {
  answer: string | undefined;
  status: string | undefined;
  breaches: string[];
}

interface Case {
  doing: string;
  step: string;
  says: string;
  end: string;
  act: Act;
  way: Way;
  refusal: string | undefined;
}

/**
 * A test for each step and each way in which it goes wrong, or for some of them (SWEEP). They are played side by side,
 * on one stage, and judged one by one.
 * @returns the theatre, for the file's other tests
 */
export function sweep<End extends string>(services: readonly Service[], rows: Row<End>[]): () => Theatre {
  const cases = rows.flatMap(casesOf).filter((_, i) => SWEEP === 'all' || (i % PARTS) + 1 === Number(SWEEP));
  let theatre: Theatre;
  let played: Map<Case, Promise<Outcome>>;

  beforeAll(async () => {
    theatre = await Theatre.open({}, services);
    // What hangs lasts longest.
    const first = cases.filter(hangs);
    played = sideBySide([...first, ...cases.filter((one) => !hangs(one))], (one) => play(theatre, one));
  });
  afterAll(async () => {
    await Promise.allSettled(played.values());
    await theatre.close();
  });

  test.each(cases)(
    '$doing: $step $says → $end',
    async (one) => {
      const outcome = await played.get(one)!.catch(() => undefined);
      if (outcome && wentAsPlanned(one, outcome)) return;
      if (outcome && breached(outcome)) throw new Error(outcome.breaches.join('; '));
      // A machine that stood still for seconds: it is played again, alone.
      await Promise.allSettled(played.values());
      judge(one, await play(theatre, one));
    },
    AGAIN_WITHIN_MS,
  );
  test('the books hold after all of that', async () => {
    expect(await breachesOfBooks(theatre.stage.db)).toEqual([]);
  });
  return () => theatre;
}

const casesOf = <End extends string>([act, step, ends, refusal]: Row<End>): Case[] =>
  Object.entries(ends).map(([way, end]) => ({
    doing: act.name,
    step,
    says: WAYS[way as Way].says,
    end: end,
    act,
    way: way as Way,
    refusal,
  }));

/** Whether something is wrong with it, and not only that its fault never struck: that is never played again. */
const breached = ({ breaches }: Outcome) => breaches.some((breach) => !breach.startsWith(NOT_STRUCK));

const endsOf = ({ end }: Case) => end.split(' or ');

const hangs = ({ way }: Pick<Case, 'way'>) => WAYS[way].tells === 'nothing';

/** @returns how each goes, in the order of the cases, which is the order in which they begin */
function sideBySide<C, P>(cases: readonly C[], play: (one: C) => Promise<P>): Map<C, Promise<P>> {
  const underWay = new Set<Promise<unknown>>();
  let turn: Promise<unknown> = Promise.resolve();
  return new Map(
    cases.map((one) => {
      const begun = turn.then(async () => {
        while (underWay.size >= AT_ONCE) await Promise.race(underWay);
      });
      const played = begun.then(() => {
        underWay.add(over);
        return play(one);
      });
      const over: Promise<unknown> = played.catch(() => undefined).finally(() => underWay.delete(over));
      turn = begun.then(() => pause(ONE_EVERY_MS));
      return [one, played];
    }),
  );
}

async function play(theatre: Theatre, { act, step, way, refusal }: Case): Promise<Outcome> {
  const { id, also, answer } = await act.play(theatre, {
    on: (id) => theatre.faults.plan(id, step, way, refusal),
    patienceMs: hangs({ way }) ? PATIENCE_MS : PATIENT_MS,
  });
  const { status, breaches } = await theatre.judged(id);
  const others = also === undefined ? [] : (await theatre.judged(also)).breaches;
  return { answer, status, breaches: [...breaches, ...others] };
}

function wentAsPlanned(one: Case, outcome: Outcome): boolean {
  try {
    judge(one, outcome);
    return true;
  } catch {
    return false;
  }
}

function judge(one: Case, { answer, status, breaches }: Outcome): void {
  const { act, way, refusal } = one;
  expect(breaches).toEqual([]);
  expect(endsOf(one)).toContain(status);
  if (answer === undefined) return;
  // Whoever is refused hears why.
  if (way === 'refuses' && answer !== 'done') expect(answer).toBe(refusal);
  // The provider refuses none here.
  if (way !== 'refuses') expect(answer).not.toBe('refund-refused');
  if (answer === 'done') expect(act.means).toContain(status);
  else if (act.refused)
    expect(answer === 'undecided' ? [...act.means, ...act.refused] : act.refused).toContain(status);
  else if (!way.startsWith('cancelled')) expect(act.means).not.toContain(status);
}
