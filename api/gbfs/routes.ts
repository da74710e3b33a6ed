import type { RequestHandler } from 'express';
import type { z } from 'zod';
import { endpoint, type Api } from '../endpoint';
import { type DataOf, type FileName, FILES, TTL_S } from './files';
import {
  both,
  fleetNow,
  pricingPlans,
  stationInformation,
  stationStatus,
  vehicleStatus,
  vehicleTypes,
} from './fleet';

const SYSTEM_ID = 'haru';
const VERSION = '3.0';
const NAMES = Object.keys(FILES) as FileName[];

/** The feed of bikes, kickboards and stations for anyone's map: GBFS 3.0, made of what the API reads (decision 057). */
export function gbfsRoutes(api: Api): void {
  const { deps } = api;
  const { config, stations } = deps;
  const urlOf = (name: FileName) => `${config.publicUrl}${pathOf(name)}`;
  api.router.use('/gbfs', openToAnySite);

  const data: { [Name in FileName]: (now: Date) => DataOf<Name> | Promise<DataOf<Name>> } = {
    manifest: () => ({
      datasets: [{ system_id: SYSTEM_ID, versions: [{ version: VERSION, url: urlOf('gbfs') }] }],
    }),
    gbfs: () => ({
      feeds: NAMES.filter((name) => name !== 'manifest').map((name) => ({ name, url: urlOf(name) })),
    }),
    system_information: () => ({
      system_id: SYSTEM_ID,
      languages: ['ko', 'en'],
      name: both('하루', 'Haru'),
      opening_hours: '24/7',
      feed_contact_email: config.feedContact,
      manifest_url: urlOf('manifest'),
      timezone: 'Asia/Seoul',
    }),
    vehicle_types: () => vehicleTypes(config),
    station_information: async () => stationInformation(await stations.all()),
    station_status: async (now) => stationStatus(await fleetNow(deps), now),
    vehicle_status: async () => vehicleStatus(await fleetNow(deps)),
    system_pricing_plans: () => pricingPlans(config),
  };

  for (const name of NAMES)
    endpoint(
      api,
      {
        method: 'get',
        path: pathOf(name),
        summary: `GBFS ${VERSION}: ${name}`,
        tag: 'GBFS',
        who: 'any',
        keptFor: TTL_S,
        answers: { 200: FILES[name] as z.ZodType<object> },
        problems: ['too-many-requests'],
      },
      async () => {
        const now = new Date();
        const body = {
          last_updated: now.toISOString(),
          ttl: TTL_S,
          version: VERSION,
          data: await data[name](now),
        };
        return { status: 200, body };
      },
    );
}

const pathOf = (name: FileName) => `/gbfs/${VERSION}/${name}.json`;

/** Whatever sites may call the rest of the API. */
const openToAnySite: RequestHandler = (_req, res, next) => {
  res.setHeader('Access-Control-Allow-Origin', '*');
  next();
};
