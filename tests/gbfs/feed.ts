import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { ROOT } from '../../root';

export const NAMES = [
  'manifest',
  'gbfs',
  'system_information',
  'vehicle_types',
  'station_information',
  'station_status',
  'vehicle_status',
  'system_pricing_plans',
] as const;
type Name = (typeof NAMES)[number];

// Not strict: the schemas have words for the validator's messages that no standard knows.
const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
const validators = new Map(
  NAMES.map((name) => {
    const path = join(ROOT, 'tests', 'gbfs', 'schemas', `${name}.json`);
    return [name, ajv.compile(JSON.parse(readFileSync(path, 'utf8')) as object)];
  }),
);

/** What the official schema finds wrong with a file. */
export function errorsOf(name: Name, file: unknown): string[] {
  const validate = validators.get(name)!;
  validate(file);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${name}${instancePath} ${message}`);
}

export const pathOf = (name: Name) => `/gbfs/3.0/${name}.json`;

/** A file of the feed, as a stranger on another site reads it. */
export async function fileOf(url: string, name: Name): Promise<{ headers: Headers; body: any }> {
  const answer = await fetch(url + pathOf(name), { headers: { origin: 'https://maps.example' } });
  if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  return { headers: answer.headers, body: await answer.json() };
}
