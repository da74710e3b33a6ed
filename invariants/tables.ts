/** Where the things are that customers and staff make, by the prefix of their id. */
export const TABLES = {
  scr: ['movie', 'movie.screenings'],
  bkg: ['movie', 'movie.bookings'],
  pas: ['kickboard', 'kickboard.passes'],
  rid: ['kickboard', 'kickboard.rides'],
  rnt: ['bike', 'bike.rentals'],
  rpt: ['bike', 'bike.reports'],
  cnv: ['bike', 'bike.conversions'],
  ord: ['food', 'food.orders'],
  top: ['payment', 'payment.top_ups'],
  crs: ['course', 'course.courses'],
  cmt: ['course', 'course.comments'],
  rev: ['course', 'course.reviews'],
} as const;
type Prefix = keyof typeof TABLES;

/** @returns undefined for what is no such thing */
export function prefixOf(id: string): Prefix | undefined {
  const prefix = id.split('_', 1)[0] ?? '';
  return prefix in TABLES ? (prefix as Prefix) : undefined;
}
