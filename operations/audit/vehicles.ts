import type { Check } from './check';

/** K1, K2, K4; on the kickboards' database. */
export const KICKBOARDS: readonly Check[] = [
  {
    holds: 'A kickboard is out exactly when one ride is open on it',
    breaches: `
      SELECT k.id, format('kickboard %s is %s, and the rides %s are open on it', k.id, k.status,
        coalesce(string_agg(r.id, ', '), 'none')) AS breach
      FROM kickboard.kickboards k LEFT JOIN kickboard.rides r ON r.kickboard_id = k.id AND r.status = 'RENTED'
      GROUP BY k.id HAVING count(r.id) <> (k.status IN ('RENTED', 'MISSING'))::int`,
  },
  {
    holds: 'Rides bought less rides taken are the rides left',
    breaches: `
      SELECT p.id, format('pass %s has %s of %s rides left, and %s were taken', p.id, p.rides_left, p.rides_total,
        count(r.id)) AS breach
      FROM kickboard.passes p LEFT JOIN kickboard.rides r ON r.pass_id = p.id AND r.status <> 'REFUSED'
      GROUP BY p.id HAVING p.rides_total - count(r.id) <> p.rides_left`,
  },
];

/** B2; on the bikes' database. */
export const BIKES: readonly Check[] = [
  {
    holds: 'A bike is in use exactly when one rental is open on it',
    breaches: `
      SELECT b.id, format('bike %s is %s, and the rentals %s are open on it', b.id, b.status,
        coalesce(string_agg(r.id, ', '), 'none')) AS breach
      FROM bike.bikes b LEFT JOIN bike.rentals r ON r.bike_id = b.id AND r.status = 'RENTED'
      GROUP BY b.id HAVING count(r.id) <> (b.status = 'IN_USE')::int`,
  },
];
