import { ANSWERS } from './api';
import { BIKES } from './bike';
import { CONVERSIONS } from './bike-conversions';
import { RENTALS } from './bike-rentals';
import { REPORTS } from './bike-reports';
import { COURSES } from './course';
import { ENGINE } from './engine';
import { TOLD } from './events';
import { DELIVERIES, ORDERS } from './food';
import { KICKBOARDS, PASSES, RIDES } from './kickboard';
import type { Finding, LawSet } from './law';
import { LEDGER, PAYMENTS } from './ledger';
import { BOOKINGS, SEATS_IN_HALLS } from './movie';
import { MESSAGES } from './notification';
import { REFERENCE_LAWS } from './references';
import { STATEMENT } from './statement';
import { TOP_UPS } from './top-ups';
import { PAGE_LAWS } from './views';
import type { World } from './world';

/** Everything that always holds, each law once. The audit, the tests and the drills check these and no others. */
const LAW_SETS: readonly LawSet[] = [
  LEDGER,
  PAYMENTS,
  STATEMENT,
  TOP_UPS,
  BOOKINGS,
  SEATS_IN_HALLS,
  PASSES,
  RIDES,
  KICKBOARDS,
  RENTALS,
  REPORTS,
  CONVERSIONS,
  BIKES,
  ORDERS,
  DELIVERIES,
  COURSES,
  ...REFERENCE_LAWS,
  ...TOLD,
  ...PAGE_LAWS,
  MESSAGES,
  ANSWERS,
  ENGINE,
];

export const LAWS = LAW_SETS.flatMap(({ laws }) => laws);

/**
 * Checks every law once. Data that move may show breaches that are gone a moment later.
 * @param engine false leaves out the laws about workflows, where another engine than the world's runs them
 * @returns one finding per law
 */
export async function findings(world: World, { engine = true } = {}): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const laws of LAW_SETS) if (engine || laws !== ENGINE) found.push(...(await laws.check(world)));
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
