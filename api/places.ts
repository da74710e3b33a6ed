import { z } from 'zod';
import type { Area, Placed } from '../activities/places';
import type { Spot } from '../workflows/hire';
import type { Deps } from './deps';
import { Problem } from './problems';
import { IdInBody, Numeral, Page, Place } from './schemas';
import { says } from './validation-words';

export const Lat = z.number().min(-90).max(90).meta({ description: 'WGS 84, degrees' });
export const Lon = z.number().min(-180).max(180).meta({ description: 'WGS 84, degrees' });

/** Of a body: a station, or a free location, which may be on the map. */
const Where = z.strictObject({
  stationId: IdInBody.optional(),
  location: Place.optional(),
  lat: Lat.optional(),
  lon: Lon.optional(),
});
type Where = z.output<typeof Where>;

/** A body that says where something stands. @param more its other fields */
export const placed = <More extends z.core.$ZodLooseShape>(more: More) =>
  z
    .strictObject({ ...Where.shape, ...more })
    .check(({ value, issues }) => {
      const { stationId, location, lat, lon } = value as Where;
      const wrong = (name: keyof Where, message: string) =>
        issues.push({ code: 'custom', input: value, path: [name], message });
      if (stationId === undefined && location === undefined) wrong('location', says('where once'));
      if (stationId !== undefined && location !== undefined) wrong('stationId', says('where once'));
      if (lat !== undefined && (lon === undefined || location === undefined))
        wrong('lat', says('both degrees'));
      else if (lon !== undefined && (lat === undefined || location === undefined))
        wrong('lon', says('both degrees'));
    })
    .meta({ oneOf: [{ required: ['location'] }, { required: ['stationId'] }] });

/** @throws Problem unknown-station */
export async function placeOf(
  { stations }: Deps,
  { stationId, location = '', lat, lon }: Where,
): Promise<{ location: string; spot?: Spot }> {
  if (stationId !== undefined) {
    const station = await stations.station(stationId);
    if (!station) throw new Problem('unknown-station');
    return { location: station.name, spot: { stationId, lat: station.lat, lon: station.lon } };
  }
  return lat === undefined || lon === undefined ? { location } : { location, spot: { lat, lon } };
}

const DEGREES = String.raw`-?(?:180(?:\.0{1,9})?|(?:1[0-7]\d|\d{1,2})(?:\.\d{1,9})?)`;
const DEGREES_TO_90 = String.raw`-?(?:90(?:\.0{1,9})?|[0-8]?\d(?:\.\d{1,9})?)`;
const POINT = new RegExp(`^${DEGREES_TO_90},${DEGREES}$`);
const BOX = new RegExp(`^${DEGREES},${DEGREES_TO_90},${DEGREES},${DEGREES_TO_90}$`);
const WITHIN_M = 500;

/** The query of a list of things on the map; give it more fields by `…`. */
export const pageOnMap = <More extends z.core.$ZodLooseShape>(more: More) =>
  Page.extend({
    ...more,
    near: z.string().regex(POINT, says('near')).optional().meta({ description: 'lat,lon' }),
    within: Numeral(1, 50_000)
      .optional()
      .meta({ description: `Metres from near, ${WITHIN_M} unless said` }),
    bbox: z.string().regex(BOX, says('bbox')).optional().meta({ description: 'minLon,minLat,maxLon,maxLat' }),
  }).check(({ value, issues }) => {
    const { near, within, bbox } = value as OnMap;
    if (within !== undefined && near === undefined)
      issues.push({ code: 'custom', input: value, path: ['within'], message: says('within near') });
    const [minLon = 0, minLat = 0, maxLon = 0, maxLat = 0] = degreesOf(bbox);
    if (minLon > maxLon || minLat > maxLat)
      issues.push({ code: 'custom', input: value, path: ['bbox'], message: says('bbox') });
  });

interface OnMap {
  near?: string | undefined;
  within?: number | undefined;
  bbox?: string | undefined;
}

export function areaOf({ near, within = WITHIN_M, bbox }: OnMap): Area {
  const [lat = 0, lon = 0] = degreesOf(near);
  const [minLon = 0, minLat = 0, maxLon = 0, maxLat = 0] = degreesOf(bbox);
  return {
    ...(near !== undefined && { near: { lat, lon, within } }),
    ...(bbox !== undefined && { bbox: { minLon, minLat, maxLon, maxLat } }),
  };
}

const degreesOf = (list = '') => (list === '' ? [] : list.split(',').map(Number));

/** What a thing shows of where it stands. */
export const OnMapView = {
  stationId: z.string().optional().meta({ description: 'Where it stands, at a station' }),
  lat: Lat.optional(),
  lon: Lon.optional(),
};

export const onMapView = ({ stationId, lat, lon }: Placed) => ({
  ...(stationId !== null && { stationId }),
  ...(lat !== null && lon !== null && { lat, lon }),
});
