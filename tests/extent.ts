import { randomInt } from 'node:crypto';

/** `npm run test:full` plays the long versions (jest.full.config.js). */
export const FULL = process.env.TEST_EXTENT === 'full';

/** How much of something a test plays: a slice in every run, all that the papers ask for in the full one. */
export const extent = (slice: number, whole: number): number => (FULL ? whole : slice);

/** For a test of a long version (milliseconds). */
export const HOURS = 6 * 3_600_000;

/** Of whatever is drawn by chance: the same in every run, any in the full one unless SEED says which. */
export const SEED = Number(process.env.SEED ?? (FULL ? randomInt(1_000_000) : 15));
