import type { Knex } from 'knex';
import type { Spot } from '../workflows/hire';
import { columns } from './database';

/** Where something stands on the map (WGS 84, degrees); null where nobody has said. */
export interface Placed {
  stationId: string | null;
  lat: number | null;
  lon: number | null;
}

/** A vehicle that nobody has, as strangers see it. */
export interface Standing extends Placed {
  /** Another one for each ride. */
  publicId: string;
  /** Percent. */
  batteryLevel: number;
  broken: boolean;
}

/** What of it stands in a vehicle's row under the same name. */
export const STANDING = columns(['publicId', 'batteryLevel', 'stationId', 'lat', 'lon']);

/** What a list is to be of; of everything unless said. */
export interface Area {
  /** In metres, as the crow flies. */
  near?: { lat: number; lon: number; within: number } | undefined;
  bbox?: { minLat: number; maxLat: number; minLon: number; maxLon: number } | undefined;
}

const EARTH_RADIUS_M = 6_371_008.8;
/** A little less than it is: a box may be too large, not too small. */
const METRES_PER_DEGREE = 111_000;

export const placeColumns = (spot?: Spot) => ({
  station_id: spot?.stationId ?? null,
  lat: spot?.lat ?? null,
  lon: spot?.lon ?? null,
});

/** Adds to a query of things with `lat` and `lon` in which area they are: by the index on both, then exactly. */
export function inArea(query: Knex.QueryBuilder, { near, bbox }: Area): void {
  if (bbox)
    void query
      .whereBetween('lat', [bbox.minLat, bbox.maxLat])
      .whereBetween('lon', [bbox.minLon, bbox.maxLon]);
  if (!near) return;
  const { lat, lon, within } = near;
  const high = within / METRES_PER_DEGREE;
  void query.whereBetween('lat', [lat - high, lat + high]);
  const narrowest = Math.cos((Math.min(Math.abs(lat) + high, 90) * Math.PI) / 180);
  const wide = high / narrowest;
  // At a pole, and where 180° meets -180°, the distance alone decides.
  if (Math.abs(lon) + wide <= 180) void query.whereBetween('lon', [lon - wide, lon + wide]);
  void query.whereRaw(
    `:diameter * asin(least(1, sqrt(power(sind((lat - :lat) / 2), 2)
       + cosd(lat) * cosd(:lat) * power(sind((lon - :lon) / 2), 2)))) <= :within`,
    { diameter: 2 * EARTH_RADIUS_M, lat, lon, within },
  );
}
