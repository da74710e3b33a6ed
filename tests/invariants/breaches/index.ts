import { KICKBOARDS } from './kickboards';
import { POINTS, RENTALS } from './bikes';
import { CINEMA } from './cinema';
import { COURSES } from './courses';
import { KITCHEN } from './kitchen';
import { CHARGES, LEDGER, TOP_UPS } from './money';
import type { Breaches } from './table';
import { AS_TOLD, EVENTS, MESSAGES, PAGES } from './telling';
import { WORKFLOWS } from './workflows';

/** For each law at least one breach that it catches. */
export const BREACHES: Breaches = {
  ...LEDGER,
  ...CHARGES,
  ...TOP_UPS,
  ...CINEMA,
  ...KICKBOARDS,
  ...RENTALS,
  ...POINTS,
  ...KITCHEN,
  ...COURSES,
  ...EVENTS,
  ...AS_TOLD,
  ...PAGES,
  ...MESSAGES,
  ...WORKFLOWS,
};
