import type { Domain } from '../config';
import type { Finding, Law, LawSet } from './law';
import { breachesAmong, type Suspect } from './under-way';
import type { World } from './world';

/** A law about one thing (a booking, a ride …), judged by all that is on record of it anywhere. */
export interface ThingLaw<Facts> extends Omit<Law, 'place'> {
  /** @returns what is wrong, in words; undefined when nothing is */
  breach: (facts: Facts) => string | undefined;
  /** Steps of the thing's workflow during which the facts may differ: 'any', or those named; none when left out. */
  during?: 'any' | readonly string[] | ((facts: Facts) => 'any' | readonly string[]);
  /** Money that waits for an operator makes it lawful as well. */
  parkable?: boolean;
}

interface Identified {
  /** The thing's id, which is its workflow's id. */
  id: string;
}

/** The laws about things of one kind, whose facts are read in batches: databases may differ, so nothing is joined. */
export interface ThingLaws<Facts> extends LawSet {
  rules: readonly ThingLaw<Facts>[];
}

export function thingLaws<Facts extends Identified>(
  place: Domain,
  facts: (world: World) => AsyncIterable<Facts[]>,
  rules: readonly ThingLaw<Facts>[],
): ThingLaws<Facts> {
  const laws = rules.map(({ id, holds, rule }): Law => ({ id, holds, rule, place }));
  const check = async (world: World): Promise<Finding[]> => {
    const found: Finding[] = laws.map((law) => ({ ...law, breaches: [] }));
    const suspects: (Suspect & { law: number })[] = [];
    for await (const batch of facts(world))
      for (const thing of batch)
        for (const [n, law] of rules.entries()) {
          const breach = law.breach(thing);
          if (breach === undefined) continue;
          const excuse = excuseOf(law, thing);
          if (excuse) suspects.push({ id: thing.id, breach, law: n, ...excuse });
          else found[n]?.breaches.push({ id: thing.id, breach });
        }
    for (const [n, { breaches }] of found.entries())
      breaches.push(
        ...(await breachesAmong(
          world,
          suspects.filter(({ law }) => law === n),
        )),
      );
    return found;
  };
  return { laws, rules, check };
}

function excuseOf<Facts extends Identified>({ during, parkable }: ThingLaw<Facts>, thing: Facts) {
  if (during === undefined) return undefined;
  const steps = typeof during === 'function' ? during(thing) : during;
  return {
    workflow: thing.id,
    during: steps === 'any' ? undefined : steps,
    parkable: parkable === true ? thing.id : undefined,
  };
}

/** What is wrong with one thing at rest, by every law of its kind. */
export const breachesOf = <Facts>({ rules }: ThingLaws<Facts>, facts: Facts): string[] =>
  rules.flatMap(({ id, breach }) => {
    const wrong = breach(facts);
    return wrong === undefined ? [] : [`${id}: ${wrong}`];
  });
