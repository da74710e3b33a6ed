import { manifests } from '../manifests/all';
import { ANSWERS } from './api';
import { ENGINE } from './engine';
import type { Finding, Law, LawSet } from './law';
import { MESSAGES } from './notification';
import { REFERENCE_LAWS } from './references';
import type { World } from './world';

/** Everything that always holds, each law once. The audit, the tests and the drills check these and no others. */
async function lawSets(): Promise<LawSet[]> {
  const ofDomains = await Promise.all(manifests.map(async ({ laws }) => (await laws?.())?.LAWS ?? []));
  return [...ofDomains.flat(), ...REFERENCE_LAWS, MESSAGES, ANSWERS, ENGINE];
}

export const allLaws = async (): Promise<Law[]> => (await lawSets()).flatMap(({ laws }) => laws);

/**
 * Checks every law once. Data that move may show breaches that are gone a moment later.
 * @param engine false leaves out the laws about workflows, where another engine than the world's runs them
 * @returns one finding per law
 */
export async function findings(world: World, { engine = true } = {}): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const laws of await lawSets()) if (engine || laws !== ENGINE) found.push(...(await laws.check(world)));
  return found;
}

/**
 * Checks until two looks in a row agree on what is broken, or nothing is: what is seen in mid-movement is no breach.
 * @param looks at most
 * @param pause between two looks
 */
export async function lastingFindings(
  world: World,
  looks: number,
  pause: () => Promise<unknown>,
): Promise<Finding[]> {
  let found = await findings(world);
  for (let look = 1; look < looks && found.some(({ breaches }) => breaches.length > 0); look++) {
    await pause();
    const again = new Map((await findings(world)).map((finding) => [finding.id, finding.breaches]));
    found = found.map((finding) => {
      const before = new Set(finding.breaches.map(({ id }) => id));
      return { ...finding, breaches: (again.get(finding.id) ?? []).filter(({ id }) => before.has(id)) };
    });
  }
  return found;
}
