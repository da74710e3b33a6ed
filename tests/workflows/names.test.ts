import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICES } from '../../config';
import { disorder, LAYERS } from './names';

const ROOT = join(__dirname, '..', '..');
/** The one list of the workflows, which the engine's bundler asks for by this name. */
const EXCEPT = ['workflows/index.ts'];

const REAL = LAYERS.flatMap((layer) =>
  readdirSync(join(ROOT, layer), { recursive: true, encoding: 'utf8' })
    .map((name) => `${layer}/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.ts') && !EXCEPT.includes(name)),
);

test('a domain has the same file names in every layer', () => {
  expect(REAL.length).toBeGreaterThan(20);
  expect(disorder(REAL, SERVICES)).toEqual([]);
});

const BIKE = [
  'workflows/bike/contract.ts',
  'workflows/bike/messages.ts',
  'workflows/bike/policy.ts',
  'workflows/bike/ride-bike.ts',
  'activities/bike/activities.ts',
  'activities/bike/repository.ts',
  'migrations/bike/001_bikes.ts',
  'api/bike/routes.ts',
];
const withBike = (files: string[]) => disorder([...REAL, ...files], [...SERVICES, 'bike']);

test('a domain that is complete fits in', () => {
  expect(withBike(BIKE)).toEqual([]);
});

test.each(BIKE.filter((file) => file !== 'workflows/bike/ride-bike.ts'))(
  'control: without %s it does not',
  (file) => {
    const rest = BIKE.filter((name) => name !== file);
    // With its only file there gone, a domain has no API: that is allowed, a differently named file is not.
    expect(withBike([...rest, file.replace('.ts', 'Things.ts')])).toHaveLength(1);
  },
);

test('control: a domain that is no service, and a name that says nothing, are seen', () => {
  expect(disorder([...REAL, ...BIKE], SERVICES)).toEqual(['bike is no service']);
  expect(withBike([...BIKE, 'activities/bike/bike-helpers.ts'])).toEqual([
    'activities/bike/bike-helpers.ts says nothing',
  ]);
});
