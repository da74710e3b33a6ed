import { z } from 'zod';

/** Seconds for which a file of the feed may be kept. */
export const TTL_S = 30;
const LANGUAGES = ['ko', 'en'] as const;

const Instant = z.iso.datetime();
const Text = z.string();
const Texts = z
  .array(z.strictObject({ text: Text, language: z.enum(LANGUAGES) }))
  .meta({ description: 'The same in each language that there is' });
export type Texts = z.output<typeof Texts>;
const Count = z.int().min(0);
const Degrees = z.number().meta({ description: 'WGS 84' });

/** A file of the feed, with what it holds. @param id its name in /openapi.json */
const file = <Data extends z.ZodType>(id: string, data: Data) =>
  z
    .strictObject({
      last_updated: Instant,
      ttl: Count.meta({ description: 'Seconds' }),
      version: z.literal('3.0'),
      data,
    })
    .meta({ id });

const Plan = z.strictObject({
  plan_id: Text,
  name: Texts,
  currency: Text,
  price: z.number().meta({ description: 'Whole KRW, of the first minutes or of the pass' }),
  is_taxable: z.boolean(),
  description: Texts,
  per_min_pricing: z.array(z.strictObject({ start: Count, rate: z.number(), interval: Count })).optional(),
});

const VehicleType = z.strictObject({
  vehicle_type_id: Text,
  form_factor: z.enum(['bicycle', 'scooter_standing']),
  propulsion_type: z.enum(['electric_assist', 'electric']),
  max_range_meters: z.number(),
  rider_capacity: Count,
  name: Texts,
  return_constraint: z.literal('hybrid'),
  default_pricing_plan_id: Text,
  pricing_plan_ids: z.array(Text),
});

const StationInformation = z.strictObject({
  station_id: Text,
  name: Texts,
  lat: Degrees,
  lon: Degrees,
  capacity: Count,
  is_virtual_station: z.boolean(),
});

const StationStatus = z.strictObject({
  station_id: Text,
  num_vehicles_available: Count,
  vehicle_types_available: z.array(z.strictObject({ vehicle_type_id: Text, count: Count })),
  num_vehicles_disabled: Count,
  num_docks_available: Count,
  is_installed: z.boolean(),
  is_renting: z.boolean(),
  is_returning: z.boolean(),
  last_reported: Instant,
});

const Vehicle = z.strictObject({
  vehicle_id: Text.meta({ description: 'Another one after each ride' }),
  vehicle_type_id: Text,
  station_id: Text.optional(),
  lat: Degrees.optional(),
  lon: Degrees.optional(),
  is_reserved: z.boolean(),
  is_disabled: z.boolean(),
  current_range_meters: z.number(),
  current_fuel_percent: z.number().meta({ description: '0 to 1' }),
});

/** The files of GBFS 3.0 that Haru has, by name (https://gbfs.org/documentation/reference). */
export const FILES = {
  manifest: file(
    'GbfsManifest',
    z.strictObject({
      datasets: z.array(
        z.strictObject({
          system_id: Text,
          versions: z.array(z.strictObject({ version: Text, url: z.url() })),
        }),
      ),
    }),
  ),
  gbfs: file('GbfsFeeds', z.strictObject({ feeds: z.array(z.strictObject({ name: Text, url: z.url() })) })),
  system_information: file(
    'GbfsSystem',
    z.strictObject({
      system_id: Text,
      languages: z.array(z.enum(LANGUAGES)),
      name: Texts,
      opening_hours: Text,
      feed_contact_email: z.email(),
      manifest_url: z.url(),
      timezone: Text,
    }),
  ),
  vehicle_types: file('GbfsVehicleTypes', z.strictObject({ vehicle_types: z.array(VehicleType) })),
  station_information: file('GbfsStations', z.strictObject({ stations: z.array(StationInformation) })),
  station_status: file('GbfsStationStatus', z.strictObject({ stations: z.array(StationStatus) })),
  vehicle_status: file('GbfsVehicles', z.strictObject({ vehicles: z.array(Vehicle) })),
  system_pricing_plans: file('GbfsPricingPlans', z.strictObject({ plans: z.array(Plan) })),
} as const;

export type FileName = keyof typeof FILES;
/** What a file holds. */
export type DataOf<Name extends FileName> = z.output<(typeof FILES)[Name]>['data'];
